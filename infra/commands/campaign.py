"""`twin campaign`: look at campaigns, hand in plans, approve them, and command what runs."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from infra.commands import (
    campaign_devices,
    campaign_forecast,
    campaign_plan,
    campaign_requests,
    campaign_upstream,
)
from infra.commands import campaign_pictures as pictures
from infra.commands.campaign_sending import command_of, send
from infra.commands.folders import home_folder
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.commands.towards import settings_of
from infra.refusals import NotFound
from streams.programme_log import Look, look
from twin.campaign.commands import ACTORS, ROLES
from twin.events.programme import CommandName
from twin.vocabulary import CommandCause, OperatorRole

app = typer.Typer(no_args_is_help=True)

CampaignId = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Such as LCP-HUBS.")]
PlanFile = Annotated[Path, typer.Argument(metavar="FILE", help="A plan, TOML or YAML.")]
Broker = Annotated[str, typer.Option(help="local, or HOST:PORT of a Kafka.")]
Actor = Annotated[str, typer.Option(help="Whose name the journal shows: a role, no person.")]
Cause = Annotated[CommandCause, typer.Option(help="Why.")]
CommandId = Annotated[
    str | None, typer.Option(help="A UUID of yours: sent twice, it is answered once.")
]
Version = Annotated[
    int | None, typer.Option("--expected-version", help="Refuse if it has moved on since.")
]
Forced = Annotated[
    bool, typer.Option("--force-duplicate", help="Also if another campaign has the same plan.")
]
Hash = Annotated[str | None, typer.Option("--plan-hash", help="The plan that is meant.")]


@app.command("list")
def listing(broker: Broker = "local", home: HomeFolder = None, as_json: Json = False) -> None:
    """List the campaigns on the log, and how each stands."""
    seen = _look(home, broker)
    if as_json:
        say_json([pictures.picture(seen, name) for name in sorted(seen.campaigns)])
        return
    for name in sorted(seen.campaigns):
        say(pictures.line(seen, name))
    say(f"{len(seen.campaigns)} campaigns")


@app.command("show")
def show(
    campaign_id: CampaignId,
    broker: Broker = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Show a campaign: its state, membership, waves with exact counts, and gates."""
    seen = _known(home, broker, campaign_id)
    if as_json:
        say_json(pictures.picture(seen, campaign_id))
        return
    for row in pictures.lines(seen, campaign_id):
        say(row)


@app.command("journal")
def journal(
    campaign_id: CampaignId,
    broker: Broker = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Tell what was decided, by whom, when, on which figures, and which end was foreseen then."""
    seen = _known(home, broker, campaign_id)
    facts = [event for event in seen.events if event.key == campaign_id]
    foreseen = campaign_forecast.foreseen(campaign_id, home=_home(home))
    days = [foreseen.get(event.occurred_at.date()) for event in facts]
    if as_json:
        say_json([pictures.entry(*told) for told in zip(facts, days, strict=True)])
        return
    for told in zip(facts, days, strict=True):
        say(pictures.told(*told))


@app.command("plan")
def plan(
    file: PlanFile,
    devices: Annotated[
        Path | None, typer.Option(help="Write every device's seat or exclusion here, as CSV.")
    ] = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Pre-flight of a plan on the fleet in the lake: members, exclusions, requests; no change."""
    campaign_plan.run(file, home=_home(home), devices=devices, as_json=as_json)


@app.command("forecast")
def forecast(
    campaign_id: CampaignId,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As known at the start of this day (UTC)."),
    ] = None,
    by: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to meet; the plan's last otherwise."),
    ] = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Say when a campaign will end, with its doubt, from the lake; no running log is needed."""
    campaign_forecast.run(
        campaign_id,
        home=_home(home),
        on=None if on is None else on.date(),
        by=None if by is None else by.date(),
        as_json=as_json,
    )


app.command("requests")(campaign_requests.requests)
app.command("devices")(campaign_devices.devices)
app.command("upstream")(campaign_upstream.upstream)


@app.command("submit")
def submit(
    file: PlanFile,
    actor: Actor = ACTORS[OperatorRole.PLANNER],
    cause: Cause = CommandCause.PLANNED,
    command_id: CommandId = None,
    force_duplicate: Forced = False,
    broker: Broker = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Hand in the plan of a file; its membership is frozen, then it waits for approval."""
    found = campaign_plan.sendable(file, home=_home(home))
    command = command_of("submit", found.campaign_id, actor, cause, command_id)
    command = replace(command, plan=found, force_duplicate=force_duplicate)
    send(command, home, broker, as_json=as_json)


@app.command("revise")
def revise(
    file: PlanFile,
    actor: Actor = ACTORS[OperatorRole.PLANNER],
    cause: Cause = CommandCause.PLANNED,
    command_id: CommandId = None,
    expected_version: Version = None,
    force_duplicate: Forced = False,
    broker: Broker = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Hand in another version of a plan that was refused, denied or not approved yet."""
    found = campaign_plan.sendable(file, home=_home(home))
    command = command_of("revise", found.campaign_id, actor, cause, command_id)
    command = replace(
        command, plan=found, expected_version=expected_version, force_duplicate=force_duplicate
    )
    send(command, home, broker, as_json=as_json)


def _plainly(name: CommandName, doc: str) -> None:
    """A sub-command that needs a campaign and nothing else; all of these are spoken alike."""
    own = ACTORS[ROLES.get(name, OperatorRole.OPERATOR)]

    def run(
        campaign_id: CampaignId,
        actor: Actor = own,
        cause: Cause = CommandCause.PLANNED,
        command_id: CommandId = None,
        expected_version: Version = None,
        plan_hash: Hash = None,
        broker: Broker = "local",
        home: HomeFolder = None,
        as_json: Json = False,
    ) -> None:
        command = command_of(name, campaign_id, actor, cause, command_id)
        command = replace(command, expected_version=expected_version, plan_hash=plan_hash)
        send(command, home, broker, as_json=as_json)

    run.__doc__ = doc
    app.command(name)(run)


_plainly("approve", "Approve a plan by its hash; never the own one.")
_plainly("deny", "Deny a plan its approval, by its hash.")
_plainly("start", "Start an approved campaign before its day.")
_plainly("hold", "No new releases; what is in flight goes on and gates keep watching.")
_plainly("resume", "Go on; what a gate found is overridden by name.")
_plainly("advance", "Leave a wave that is all released without waiting for its gate.")
_plainly("stop", "Nothing new for good; what is in flight finishes.")
_plainly("abort", "Stop, and recall what is not active yet.")
_plainly("cancel", "Call an approved campaign off before anything was released.")


@app.command("exclude")
def exclude(
    campaign_id: CampaignId,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Such as 1062-0A0B0C0D.")],
    actor: Actor = ACTORS[OperatorRole.OPERATOR],
    cause: Cause = CommandCause.BAD_FIRMWARE,
    command_id: CommandId = None,
    expected_version: Version = None,
    broker: Broker = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Take the members of one model that were not released yet out of a campaign."""
    command = command_of("exclude", campaign_id, actor, cause, command_id)
    command = replace(command, model=model, expected_version=expected_version)
    send(command, home, broker, as_json=as_json)


@app.command("supersede")
def supersede(
    campaign_id: CampaignId,
    by: Annotated[str, typer.Option(help="The campaign that takes its place.")],
    actor: Actor = ACTORS[OperatorRole.OPERATOR],
    cause: Cause = CommandCause.PLANNED,
    command_id: CommandId = None,
    expected_version: Version = None,
    broker: Broker = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Let another campaign take the place of one."""
    command = command_of("supersede", campaign_id, actor, cause, command_id)
    command = replace(command, by=by, expected_version=expected_version)
    send(command, home, broker, as_json=as_json)


def _home(home: str | None) -> Path:
    return home_folder(home)


def _look(home: str | None, broker: str) -> Look:
    settings = settings_of(home, broker)
    return look(settings.broker, settings.client_security)


def _known(home: str | None, broker: str, campaign_id: str) -> Look:
    seen = _look(home, broker)
    if campaign_id not in seen.campaigns:
        raise NotFound(f"no campaign {campaign_id} is known; `twin campaign list` names them")
    return seen
