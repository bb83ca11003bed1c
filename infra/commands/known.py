"""What `--known` stands for: a basis with its records, its code and its products list."""

from datetime import UTC, datetime
from pathlib import Path

from infra.commands.as_of import FORMATS
from infra.commands.folders import bases_of, folder_of, home_of
from infra.run.equipment import SHIPPED, catalogue_mark, catalogue_of
from infra.run.history import Home
from streams.known import Known, known_at, known_now
from streams.ledger import CODE_VERSION
from twin.ingest.catalogue import (
    Catalogue,
    read_catalogue,
    shipped_catalogue,
    write_catalogue,
)
from twin.lake.basis import Basis, BasisRefused, basis_of, require_within
from twin.lake.epochs import files_upto, reach
from twin.lake.table import Lake


def basis_at(home: str | None, lake: Lake, known: str | None) -> Basis:
    """The basis of a name or a moment, else of all that the lake holds.

    Raises:
        BasisRefused: no basis has that name, it is no moment either, or it is another lake's.
    """
    if known is None:
        return _resolved(home, lake, known_now(lake))
    named = bases_of(home).find(known)
    if named is not None:
        require_within(named, reach(lake))
        return named
    moment = _moment(known)
    if moment is None:
        raise BasisRefused(
            f"{known!r} is neither the name of a basis (`twin basis list`) nor a moment such as "
            "2017-12-31 or 2017-12-31T18:00:00"
        )
    return _resolved(home, lake, known_at(lake, moment))


def keep_list(home: str | None, basis: Basis) -> None:
    """Keep the products list of a basis that is named, so that it can be counted by for ever."""
    file = _list_file(home, basis.reference)
    if basis.reference != SHIPPED and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_catalogue(file, catalogue_of(Home(home_of(home))).entries)


def list_of(home: str | None, basis: Basis) -> Catalogue:
    """The products list that a basis was made with.

    Raises:
        BasisRefused: nobody kept it.
    """
    if basis.reference == SHIPPED:
        return shipped_catalogue()
    if basis.reference == catalogue_mark(Home(home_of(home))):
        return catalogue_of(Home(home_of(home)))
    try:
        return read_catalogue(_list_file(home, basis.reference))
    except (OSError, ValueError) as error:
        raise BasisRefused(
            f"the products list {basis.reference} of basis {basis.name or basis.id} is not here"
        ) from error


def _list_file(home: str | None, mark: str) -> Path:
    return folder_of(home).parent / "bases" / "lists" / f"{mark}.json"


def files_of(lake: Lake, basis: Basis) -> tuple[Path, ...]:
    """The files that hold the records of a basis."""
    return files_upto(lake, basis.positions)


def _resolved(home: str | None, lake: Lake, known: Known) -> Basis:
    return basis_of(
        known.positions,
        starts=lake.starts(),
        code_version=CODE_VERSION,
        reference=catalogue_mark(Home(home_of(home))),
        resolved=known.resolved,
    )


def _moment(text: str) -> datetime | None:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
