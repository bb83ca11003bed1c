"""`twin evidence architecture`: the Business Architecture Document of a basis."""

from pathlib import Path
from typing import Annotated

import typer

from infra.commands.as_of import KnownAt
from infra.commands.folders import lake_of
from infra.commands.known import basis_at, files_of
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from streams.ledger import CODE_VERSION
from twin.evidence.architecture.document import Described, describe
from twin.evidence.architecture.record import as_bytes, read_record
from twin.evidence.printing.pack import make_room, write_pack
from twin.evidence.stands_on import foot_of

Before = Annotated[
    Path | None, typer.Option("--against", help="Folder of an earlier document to compare with.")
]


def architecture(
    out: Annotated[Path, typer.Option("--out", help="Folder that the pack is written to.")],
    known: KnownAt = None,
    against: Before = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Describe the business processes: as designed, and as they ran by the log."""
    earlier = None if against is None else read_record(against)
    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    make_room(out)
    found = describe(
        files_of(lake, basis), basis, foot=foot_of(basis, CODE_VERSION), earlier=earlier
    )
    written = write_pack(found.document, out, data=as_bytes(found.record))
    if as_json:
        say_json({"record": found.record, "files": written})
        return
    _say(found)
    say(f"{len(written)} files in {out}")


def _say(found: Described) -> None:
    say(f"{found.document.title} · {found.document.subtitle} · simulated data")
    say(found.document.foot)
    rows = [
        (
            one.flow.name,
            "no case"
            if one.conformance is None
            else f"{one.cases:,} cases, {one.conformance:.2%} as designed, "
            f"{len(one.variants)} variants",
        )
        for one in found.ran
    ]
    say_table(rows)
