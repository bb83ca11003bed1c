"""`--valid` and `--known`, and a basis in words; `infra.commands.known` finds what they mean."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from twin.lake.basis import Basis

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
ValidAt = Annotated[datetime | None, typer.Option(formats=FORMATS, help="As it was then (UTC).")]
KnownAt = Annotated[
    str | None,
    typer.Option(help="As it was known: a basis by name, or a moment of the twin's clock (UTC)."),
]


def in_words(basis: Basis) -> str:
    """A basis in one line."""
    name = "" if basis.name is None else f" {basis.name!r}"
    return f"basis {basis.id}{name}: {basis.records:,} records, {basis.resolved}"


def as_data(basis: Basis) -> dict[str, Any]:
    """A basis for JSON, without its positions."""
    return {
        "id": basis.id,
        "name": basis.name,
        "records": basis.records,
        "resolved": basis.resolved,
        "code_version": basis.code_version,
        "reference": basis.reference,
    }


def utc(moment: datetime | None) -> datetime | None:
    """A moment of the command line, which is UTC."""
    return None if moment is None else moment.replace(tzinfo=UTC)
