"""What a review assumes: the fleet's rows that the paragraphs it is about rest on."""

from importlib.resources import files
from typing import Final

from twin.evidence.document import Table, as_rows
from twin.fleet.numbers.rows import AssumptionRow, assumption_rows
from twin.rules.clauses import CLAUSES

_FILES: Final = ("assumptions", "han", "pairing", "firmware", "oversight")


def fleet_rows() -> dict[str, AssumptionRow]:
    """Every row of the fleet's files of assumptions by its name."""
    found: dict[str, AssumptionRow] = {}
    for name in _FILES:
        text = files("twin.fleet.numbers").joinpath(f"{name}.toml").read_text("utf-8")
        found |= assumption_rows(text=text)
    return found


def assumed() -> Table:
    """The assumptions behind the paragraphs of the source, with unit, status and source."""
    held = fleet_rows()
    places: dict[str, list[str]] = {}
    for clause in CLAUSES:
        for name in clause.assumed:
            places.setdefault(name, []).append(clause.place)
    rows = [
        (name, _in_words(held[name]), held[name].unit, held[name].status, ", ".join(where))
        for name, where in places.items()
    ]
    return Table(
        name="assumptions",
        title="Assumptions of the emulated fleet behind these figures",
        columns=("assumption", "value", "unit", "status", "paragraph"),
        rows=as_rows(rows),
        note="Their sources stand in the fleet's files of numbers (twin/fleet/numbers).",
    )


def _in_words(row: AssumptionRow) -> str:
    if isinstance(row.value, dict):
        return ", ".join(f"{key} {value}" for key, value in row.value.items())
    return str(row.value)
