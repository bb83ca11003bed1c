"""The Business Architecture Document of a basis, and its difference from an earlier one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from twin.events.registry import ALL_TYPES, family
from twin.evidence.architecture.areas import AREAS
from twin.evidence.architecture.process_section import process_section
from twin.evidence.architecture.record import Process, Record, process_of
from twin.evidence.architecture.version import CHANGES, VERSION
from twin.evidence.document import Document, Section, Table, as_rows
from twin.evidence.processes.flow import flows
from twin.evidence.processes.mining import Log, Ran
from twin.evidence.refusals import NothingThere
from twin.evidence.telling import is_small, share_told, told
from twin.lake.basis import Basis

NAME: Final = "architecture"
_ABOUT: Final = (
    "The Business Architecture Document describes the processes by which SEC parties use the DCC's "
    "services (F1.4(i); paragraph 39). Each process is shown as it is designed and, counted from "
    "the log, as it really ran. The fleet is simulated."
)


class Described(Struct, frozen=True):
    """A document with the record for later comparison."""

    document: Document
    record: Record
    ran: tuple[Ran, ...]


def describe(
    lake_files: Sequence[Path], basis: Basis, *, foot: str, earlier: Record | None = None
) -> Described:
    """The document of a basis, with the difference from an earlier one where one is given.

    Raises:
        NothingThere: the basis holds no step.
    """
    log = Log(lake_files, basis)
    try:
        known_until = log.known_until()
        if known_until is None:
            raise NothingThere("the basis holds no step of any process: nothing can be counted")
        ran = tuple(log.ran(flow) for flow in flows().values())
    finally:
        log.close()
    record = Record(
        version=VERSION,
        basis=basis.id,
        known_until=known_until.isoformat(),
        processes=tuple(process_of(one) for one in ran),
    )
    document = Document(
        name=NAME,
        title="Business Architecture Document",
        subtitle=f"Version {VERSION}. Processes as they ran until {known_until:%-d %B %Y}.",
        foot=foot,
        dated=known_until.isoformat(),
        sections=(*_front(ran, record, earlier), *(process_section(one) for one in ran)),
    )
    return Described(document, record, ran)


def _front(ran: tuple[Ran, ...], record: Record, earlier: Record | None) -> tuple[Section, ...]:
    log = Table(
        name="change_log",
        title="Change log",
        columns=("version", "what is new"),
        rows=as_rows((one.version, one.says) for one in CHANGES),
    )
    found = [
        Section("Overview", (_ABOUT, _overview(ran), log)),
        Section("Functional areas", (_areas(ran),)),
    ]
    if earlier is not None:
        found.append(Section("Changes", (_difference(earlier, record),)))
    return tuple(found)


def _overview(ran: tuple[Ran, ...]) -> Table:
    rows = [
        (
            one.flow.name,
            one.flow.area,
            told(one.cases),
            told(one.open_cases),
            share_told(one.conforming, one.cases),
            len(one.variants),
            told(sum(cases for _, cases in one.found)),
        )
        for one in ran
    ]
    return Table(
        name="processes",
        title="Processes",
        columns=("process", "area", "cases", "open", "as designed", "variants", "deviations"),
        rows=as_rows(rows),
        sources=("§39", "SEC F1.4(i)"),
    )


def _areas(ran: tuple[Ran, ...]) -> Table:
    rows = []
    for area in AREAS:
        own = [one.flow.name for one in ran if one.flow.area == area.name]
        types = sum(family(name) in area.families for name in ALL_TYPES)
        rows.append((area.name, area.says, ", ".join(own) or "none", types))
    return Table(
        name="functional_areas",
        title="The eight functional areas",
        columns=("area", "what the twin has of it", "processes", "event types"),
        rows=as_rows(rows),
        note="An event type may belong to several areas. Names of the areas: SECAS glossary.",
        sources=("§39", "SEC F1.4(i)"),
    )


def _difference(earlier: Record, now: Record) -> Table:
    before = {one.key: one for one in earlier.processes}
    rows: list[tuple[object, ...]] = []
    for one in now.processes:
        was = before.get(one.key)
        if was is None:
            rows.append((one.key, "process", "not there", "described"))
            continue
        gone, come = set(was.steps) - set(one.steps), set(one.steps) - set(was.steps)
        rows += [(one.key, "designed step", " > ".join(step), "gone") for step in sorted(gone)]
        rows += [(one.key, "designed step", " > ".join(step), "new") for step in sorted(come)]
        rows.append((one.key, "cases", told(was.cases), told(one.cases)))
        rows.append((one.key, "as designed", _share(was), _share(one)))
        new = [step for step, n in one.ran.items() if step not in was.ran and not is_small(n)]
        rows += [(one.key, "way that ran", step, "new") for step in sorted(new)]
    gone_keys = [key for key in before if key not in {one.key for one in now.processes}]
    rows += [(key, "process", "described", "gone") for key in gone_keys]
    return Table(
        name="differences",
        title=f"From version {earlier.version}, basis {earlier.basis} "
        f"(until {earlier.known_until[:10]}), to this one",
        columns=("process", "what", "then", "now"),
        rows=as_rows(rows),
    )


def _share(process: Process) -> str:
    if process.cases == 0:
        return "no case"
    return share_told(process.conforming, process.cases) or "not told"
