"""`twin campaign requests`: a wave as files of unsigned DUIS, for a DCC User to sign and send."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from msgspec import Struct

from infra.commands.folders import home_folder
from infra.commands.requests import eui64
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.refusals import CommandRefused, NotFound
from infra.run.equipment import catalogue_of
from infra.run.history import Home
from infra.run.tables import archived, archived_campaigns
from twin.campaign.state import Campaign
from twin.campaign.wave_requests import wave_requests
from twin.events.requests import FieldRequest
from twin.ingest.catalogue import Catalogue
from twin.ingest.duis.batches import HashOf, Unwritable, WrittenDocument, documents_of
from twin.state.premises import Premises

Format = Annotated[Literal["duis"], typer.Option("--format", help="How requests are written.")]
Party = typer.Option(metavar="EUI64", parser=eui64, help="Such as 90-B3-D5-1F-30-00-00-01.")


def requests(
    campaign_id: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Such as LCP-HUBS.")],
    wave: Annotated[int, typer.Option(min=1, help="Which wave, from 1.")],
    out: Annotated[Path, typer.Option(help="Folder for the documents: new, or empty.")],
    originator: Annotated[str, Party],
    target: Annotated[str, Party],
    first_counter: Annotated[int, typer.Option(min=1, help="Counter of the first document.")] = 1,
    at: Annotated[
        datetime | None, typer.Option(help="Written for (UTC); now if not given.")
    ] = None,
    _: Format = "duis",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Write a wave's 11.1, 11.3 and 11.2 requests as unsigned DUIS; nothing is sent anywhere.

    Of hubs only the 11.2: the DCC upgrades them itself, and takes no request for that.
    """
    folder = home_folder(home)
    parties = Parties(originator, target, first_counter)
    now = datetime.now(UTC) if at is None else at.replace(tzinfo=UTC)
    _tell(write(campaign_id, wave, folder, out, parties, now), out, as_json=as_json)


class Parties(Struct, frozen=True):
    """Who asks, who is asked, and the asker's next counter."""

    originator: str
    target: str
    first_counter: int


def write(
    campaign_id: str, wave: int, home: Path, out: Path, parties: Parties, now: datetime
) -> list[WrittenDocument | Unwritable]:
    """Write the documents of a wave into a folder, and say what each is.

    Raises:
        NotFound: the lake knows no such campaign, or the campaign no such wave.
        CommandRefused: the folder holds documents already, or nothing is left to ask for.
    """
    campaign = _campaign(home, campaign_id, wave)
    if out.exists() and any(out.iterdir()):
        raise CommandRefused(f"{out} is not empty: documents of two calls must not be mixed")
    homes = _homes(home)
    asked = [
        request
        for premises in homes.values()
        for request in wave_requests(plan=campaign.plan, wave=wave, premises=premises, now=now)
    ]
    if not asked:
        raise CommandRefused(f"wave {wave} of {campaign_id} has nothing left to ask for")
    documents = documents_of(
        asked,
        originator=parties.originator,
        target=parties.target,
        now=now,
        first_counter=parties.first_counter,
        hash_of=_hashes(catalogue_of(Home(home)), homes),
    )
    whole = list(documents)  # a folder with half a wave would be worse than none
    out.mkdir(parents=True, exist_ok=True)
    for document in whole:
        if isinstance(document, WrittenDocument):
            (out / document.file_name).write_bytes(document.octets)
    return whole


def _campaign(home: Path, campaign_id: str, wave: int) -> Campaign:
    campaigns = archived_campaigns(home)
    found = campaigns.get(campaign_id)
    if found is None:
        known = ", ".join(sorted(campaigns)) or "none"
        raise NotFound(f"no campaign {campaign_id} is in the lake; those known: {known}")
    if not 1 <= wave <= len(found.waves):
        raise NotFound(f"{campaign_id} has {len(found.waves)} waves, and no wave {wave}")
    return found


def _homes(home: Path) -> dict[str, Premises]:
    return {name: entry.premises for (_, name), entry in sorted(archived(home).items())}


def _hashes(catalogue: Catalogue, homes: dict[str, Premises]) -> HashOf:
    """The hash of a request's image by the model of its device, as the products list has it."""
    hashes = {
        (one.model, one.firmware_version): one.image_hash and one.image_hash.lower()
        for one in catalogue.entries
    }

    def hash_of(request: FieldRequest) -> str | None:
        model = homes[request.premises_id].devices[request.device_id].model
        return None if model is None else hashes.get((model, request.target_version))

    return hash_of


def _tell(written: list[WrittenDocument | Unwritable], out: Path, *, as_json: bool) -> None:
    documents = [one for one in written if isinstance(one, WrittenDocument)]
    left_out = [one for one in written if isinstance(one, Unwritable)]
    by_variant = Counter(one.variant for one in documents)
    if as_json:
        said: dict[str, Any] = {
            "documents": dict(sorted(by_variant.items())),
            "requests": sum(len(one.request_ids) for one in documents),
            "need_an_image": sum(one.needs_image for one in documents),
            "left_out": left_out,
            "last_counter": max((one.request.counter for one in documents), default=None),
        }
        say_json(said)
        return
    for variant, count in sorted(by_variant.items()):
        say(f"  {count:>7,}  {variant}")
    for why, count in sorted(Counter(one.why for one in left_out).items()):
        say(f"  {count:>7,}  left out: {why}")
    say(f"{len(documents):,} documents in {out}, unsigned; nothing was sent")
