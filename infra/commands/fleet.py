"""`twin fleet`: the summary of the last finished run, or of any date and basis."""

from datetime import datetime

import msgspec
import typer

from infra.commands.as_of import KnownAt, ValidAt, as_data, in_words, utc
from infra.commands.folders import home_folder, home_of, lake_of
from infra.commands.late import late_command
from infra.commands.speak import HomeFolder, Json, say, say_beside, say_json, say_table
from infra.run.fleet_as_of import FleetAsOf
from infra.run.history import Home
from infra.run.summary import Summary, read_summary
from infra.run.summary_of_campaigns import CampaignPart

app = typer.Typer(no_args_is_help=True)


@app.command("summary")
def summary(
    valid: ValidAt = None, known: KnownAt = None, home: HomeFolder = None, as_json: Json = False
) -> None:
    """Print the summary of the last finished run, or of a date and a basis, from the lake."""
    if valid is not None or known is not None:
        _summary_as_of(utc(valid), known, home, as_json)
        return
    path = home_folder(home)
    found = read_summary(Home(path))
    say_json(found) if as_json else print_summary(found)


late_command(
    app,
    "generate",
    "generate",
    about="Write into a lake what `twin run` would put on the log, event for event, and sort it.",
)


def _summary_as_of(
    valid: datetime | None, known: str | None, home: str | None, as_json: bool
) -> None:
    from infra.commands.known import basis_at
    from infra.run.generated_so_far import unfinished
    from infra.run.looking_back import LookingBack

    lake = lake_of(home)
    if left := unfinished(home_of(home), lake):
        say_beside(left)
    basis = basis_at(home, lake, known)
    fleet = LookingBack(home_of(home)).fleet(lake, basis, valid=valid)
    if as_json:
        say_json({"basis": as_data(basis), **msgspec.structs.asdict(fleet)})
        return
    when = "as this basis knows it" if valid is None else f"as it was on {valid:%d %B %Y %H:%M} UTC"
    say(f"The fleet {when} · simulated data")
    say(in_words(basis))
    _print_counts(fleet)
    say("records of premises.events")
    say_table(list(fleet.records.items()))
    say(f"digest {fleet.digest}")


def print_summary(found: Summary) -> None:
    """Print a summary for people."""
    say(f"As at {found.as_at:%d %B %Y %H:%M} UTC · simulated data")
    _print_counts(found)
    for name, campaign in found.campaigns.items():
        _print_campaign(name, campaign)
    _print_proof(found)


def _print_counts(found: Summary | FleetAsOf) -> None:
    say("premises")
    say_table(list(found.premises.items()))
    for word, counts in found.capable.items():
        say(f"capable of local pairing, by {word}")
        say_table(list(counts.items()))
    for title, groups in (("bands", found.bands), ("pairing attempts", found.pairing)):
        say(title)
        say_table([(f"{a} {b}", n) for a, counts in groups.items() for b, n in counts.items()])
    say("Privacy PIN")
    say_table(list(found.pins.items()))
    say("unauthorised attempts to pair")
    say_table(list(found.intruders.items()))
    for title, groups in (("home area network", found.network), ("rules", found.rules)):
        say(title)
        say_table([(f"{a} · {b}", n) for a, counts in groups.items() for b, n in counts.items()])


def _print_campaign(name: str, campaign: CampaignPart) -> None:
    held = f" ({', '.join(campaign.holds)})" if campaign.holds else ""
    frozen = "not frozen" if campaign.frozen is None else f"{campaign.frozen:,} members frozen"
    say(f"campaign {name}: {campaign.state}{held}, {frozen}")
    say_table(
        [
            (
                f"wave {n} {wave.name} {wave.state}",
                f"{wave.confirmed:,} of {wave.members:,} confirmed, {wave.errors:,} failed, "
                f"{wave.in_flight:,} in flight, {wave.awaiting:,} awaiting, {wave.gone:,} gone",
            )
            for n, wave in enumerate(campaign.waves, start=1)
        ]
    )
    say_table([(f"excluded, {reason}", f"{n:,}") for reason, n in campaign.excluded.items()])
    say_table([(f"{told.on:%d %b %Y}", told.what) for told in campaign.story])


def _print_proof(found: Summary) -> None:
    records, digests = found.records, found.digests
    say("records of premises.events")
    say_table([(f, getattr(records, f)) for f in records.__struct_fields__])
    say(f"  each ended in exactly one way, all archived: {_yes(records.reconciled)}")
    say("digests of the fleet")
    say_table([("live table", digests.live), ("replay", digests.replay), ("lake", digests.lake)])
    say(f"  equal: {_yes(digests.equal)}")
    say("seconds")
    say_table(list(found.seconds.items()))


def _yes(holds: bool) -> str:
    return "yes" if holds else "NO"
