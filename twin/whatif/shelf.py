"""Runs that are kept: a folder each under their own name, there whole or not at all.

`given/` is what was asked (the scenario file and its plans as they were), `scenario.json` and
`plans.json` what that came to, `header.json` and the tables are the results, `run.json` is about
the run and no result: threads, timings, when. The same question and code give the same bytes in all
but `run.json`.
"""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl
from msgspec import Struct
from msgspec.structs import asdict

from twin.campaign.plan import Plan
from twin.whatif.header import results_hash
from twin.whatif.outcome import Header, Outcome, Timings
from twin.whatif.reading import Question, ScenarioRefused, question
from twin.whatif.refusals import NotKept as NotKept
from twin.whatif.scenario import Scenario
from twin.whatif.whole import names_with, put_whole, standing

FOLDER: Final = "whatif"
"""The folder of all runs in a TWIN_HOME: the only place that this room writes to."""
TABLES: Final = ("daily", "waves", "decisions", "exposure", "capable", "pairing")


class RunRecord(Struct, frozen=True, kw_only=True):
    """A run, apart from its results; `results_hash` is of the tables."""

    name: str
    scenario_hash: str
    results_hash: str
    seed: int
    code_version: str
    basis: str | None
    stored_at: datetime
    timings: Timings


def keep(
    outcome: Outcome,
    *,
    question: Question,
    given: dict[str, bytes],
    folder: Path,
    now: datetime,
) -> Path:
    """Keep a run under its name in a folder, in the place of an earlier one of the same name.

    It is there whole or not at all (`twin.whatif.whole`). Raises OSError where the folder cannot be
    written.
    """
    return put_whole(folder, outcome.header.name, _files(outcome, question, given, now))


def kept(folder: Path) -> list[RunRecord]:
    """The runs that are kept in a folder, by name."""
    files = [standing(folder, name) / "run.json" for name in names_with(folder, "run.json")]
    return [msgspec.json.decode(file.read_bytes(), type=RunRecord) for file in files]


def fetched(folder: Path, name: str) -> Outcome:
    """A run that is kept; its timings are those of its record.

    Raises:
        NotKept: there is none of that name, or its files are no run.
    """
    own = standing(folder, name)
    try:
        record = msgspec.json.decode((own / "run.json").read_bytes(), type=RunRecord)
        header = msgspec.json.decode((own / "header.json").read_bytes(), type=Header)
        tables = {table: pl.read_parquet(own / f"{table}.parquet") for table in TABLES}
    except FileNotFoundError as error:
        raise NotKept(f"no what-if run is kept under the name {name}") from error
    except (msgspec.DecodeError, pl.exceptions.PolarsError) as error:
        raise NotKept(f"the what-if run {name} cannot be read: {error}") from error
    return Outcome(header=header, timings=record.timings, **tables)


def asked_for(folder: Path, name: str) -> Question:
    """The question of a run that is kept, as it was asked, whatever became of its files.

    Raises:
        NotKept: there is none of that name, or what it was asked cannot be read.
    """
    own = standing(folder, name)
    try:
        record = msgspec.json.decode((own / "run.json").read_bytes(), type=RunRecord)
        scenario = msgspec.json.decode((own / "scenario.json").read_bytes(), type=Scenario)
        plans = msgspec.json.decode((own / "plans.json").read_bytes(), type=tuple[Plan, ...])
        found = question(scenario, plans=plans)
    except FileNotFoundError as error:
        raise NotKept(f"no what-if run is kept whole under the name {name}") from error
    except (msgspec.DecodeError, ScenarioRefused) as error:
        raise NotKept(f"what the what-if run {name} was asked cannot be read: {error}") from error
    if found.hash != record.scenario_hash:
        raise NotKept(f"the files of the what-if run {name} are not those that it was asked with")
    return found


def _files(
    outcome: Outcome, question: Question, given: dict[str, bytes], now: datetime
) -> Iterator[tuple[str, bytes]]:
    tables = outcome.tables()
    for name, content in given.items():
        yield f"given/{Path(name).name}", content
    yield "scenario.json", _json(question.scenario)
    yield "plans.json", _json(question.plans)
    yield "header.json", _json(outcome.header)
    for name, table in tables.items():
        buffer = BytesIO()
        table.write_parquet(buffer, compression="zstd", statistics=False)
        yield f"{name}.parquet", buffer.getvalue()
    header = outcome.header
    record = RunRecord(
        name=header.name,
        scenario_hash=header.scenario_hash,
        results_hash=results_hash(tables),
        seed=header.seed,
        code_version=header.code_version,
        basis=header.basis,
        stored_at=now,
        timings=outcome.timings,
    )
    yield "run.json", _json(record)


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def summary(outcome: Outcome) -> dict[str, Any]:
    """The figures of a run that a person looks at first."""
    header = outcome.header
    return {
        "name": header.name,
        "label": header.label,
        "why_label": header.why_label,
        "end": header.end,
        "campaigns": [asdict(one) for one in header.campaigns],
        "premises": header.premises,
        "sample": header.sample,
        "capable": header.capable,
        "exposed": header.exposed,
        "struck": header.struck,
        "obligations": [asdict(one) for one in header.obligations],
        "scenario_hash": header.scenario_hash,
        "results_hash": results_hash(outcome.tables()),
    }
