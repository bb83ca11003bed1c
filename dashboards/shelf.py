"""What a published set holds, mart by mart: rows, columns, checksum, query, and who reads it."""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import polars as pl

from dashboards.campaign_counts import told_journal
from dashboards.gate_counts import told_looks
from dashboards.queries import PublishedSet
from dashboards.suppression import KEPT, KEPT_BESIDE, OPERATIONS, suppressed
from dashboards.told import GROUPS, SHAPES, daily_told, mart_told
from twin.marts.figures.registry import mart_sql, registry

SHELF: Final = pl.Schema(
    {
        "mart": pl.String,
        "about": pl.String,
        "rows": pl.Int64,
        "columns": pl.Int64,
        "bytes": pl.Int64,
        "sha256": pl.String,
        "pages": pl.String,
    }
)
COLUMNS: Final = pl.Schema(
    {"column": pl.String, "kind": pl.String, "empty": pl.Int64, "definition": pl.String}
)
_IDS: Final = ("premises_id", "key")
"""Columns that name a premises."""
OF_FEW: Final = frozenset(
    {
        *("bands_changes", "pins_changes", "breaches", "failures_daily", "scans"),
        *("campaign_daily", "campaign_log", "campaign_members", "campaign_waves", "campaigns"),
        *("gate_outcomes", "proof_differences", "sample_premises"),
    }
)
"""Marts that count few devices in nearly every row, or of which a row is a device or a premises."""
_UNTOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "campaign_forecasts": ("members", "settled", "censored"),
    "gate_rules": ("members",),
}
"""Columns that count devices of which no page tells."""
_OPENERS: Final = ("changes_of", "daily_told")
_READS: Final[Mapping[str, str]] = {"meta": "meta", "summary": "summary", "lake_files": "files"}
"""Attributes of a published set that open a mart by themselves."""


def shelf(published: PublishedSet) -> pl.DataFrame:
    """A row a mart of the set (`SHELF`), by name; the checksum is that of its Parquet file."""
    used = pages_by_mart()
    rows = [
        {
            "mart": name,
            "about": about(name),
            "rows": frame.height,
            "columns": frame.width,
            "bytes": len(_bytes(published.folder, name)),
            "sha256": hashlib.sha256(_bytes(published.folder, name)).hexdigest(),
            "pages": ", ".join(used.get(name, ())),
        }
        for name, frame in sorted(published.frames.items())
    ]
    return pl.DataFrame(rows, schema=SHELF)


def about(mart: str) -> str:
    """What a mart is, by the comment over its query."""
    comment = [line for line in query(mart).splitlines() if line.startswith("--")]
    return " ".join(line.removeprefix("--").strip() for line in comment)


def query(mart: str) -> str:
    """The query that makes a mart; the list of lake files has none."""
    try:
        return mart_sql(mart)
    except FileNotFoundError:
        return (
            "-- The lake files that the set was made from, in no query: the publisher lists them."
        )


def columns(mart: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A row a column of a mart (`COLUMNS`): its kind, empty values, and what figure it holds."""
    told = registry().get(mart)
    figures = {} if told is None else {c: one for one in told.figures for c in one.columns}
    dimensions = () if told is None else told.dimensions
    rows = []
    for name, kind in frame.schema.items():
        found = figures.get(name)
        text = "" if found is None else f"{found.name}: {found.definition}"
        text = "Says of what a row is." if name in dimensions else text
        rows.append((name, str(kind), frame[name].null_count(), text))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def for_role(published: PublishedSet, mart: str, *, role: str) -> pl.DataFrame | None:
    """A mart as a role may see and take it; None of one that tells of few devices row by row.

    All but operations see counts as the pages tell them (`told`) and no id of a premises.

    Raises:
        MartMissing: this set does not hold it.
    """
    frame = published.mart(mart)
    if role == OPERATIONS:
        return frame
    if mart in OF_FEW:
        return None
    return _told(published, mart, frame, role=role).drop(
        [*_IDS, *_UNTOLD.get(mart, ()), KEPT, KEPT_BESIDE], strict=False
    )


def _told(published: PublishedSet, mart: str, frame: pl.DataFrame, *, role: str) -> pl.DataFrame:
    if mart in GROUPS:
        return daily_told(published, mart, role=role)
    if mart in SHAPES:
        return mart_told(frame, mart, role=role)
    if mart == "waves_daily":
        return told_looks(frame, role=role)
    if mart == "campaign_journal":
        return told_journal(frame, role=role)
    return suppressed(frame, *_counts_of(mart, frame), role=role)


def _counts_of(mart: str, frame: pl.DataFrame) -> list[str]:
    """The columns of a mart that count premises or devices, by the registry of figures."""
    told = registry().get(mart)
    return [
        column
        for one in (() if told is None else told.figures)
        if "premises" in one.unit or "devices" in one.unit
        for column in one.columns
        if frame.schema[column].is_numeric()
    ]


@cache
def pages_by_mart() -> dict[str, tuple[str, ...]]:
    """The pages that open each mart, read off the code of the pages and of what they import."""
    found: dict[str, set[str]] = {}
    for path in sorted(_pages()):
        for mart in _opened(path.read_text(encoding="utf-8"), set()):
            found.setdefault(mart, set()).add(path.stem)
    return {mart: tuple(sorted(pages)) for mart, pages in found.items()}


def _pages() -> Iterator[Path]:
    folder = Path(str(files("dashboards"))) / "app_pages"
    return (path for path in folder.glob("*.py") if path.stem != "__init__")


def _opened(source: str, seen: set[str]) -> set[str]:
    """Marts that a module opens, itself or by what it imports of the dashboards."""
    tree = ast.parse(source)
    found = {mart for node in ast.walk(tree) for mart in _marts_of(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dashboards"):
            for name in (node.module or "", *(f"{node.module}.{one.name}" for one in node.names)):
                found |= _opened_by(name, seen)
    return found


def _opened_by(module: str, seen: set[str]) -> set[str]:
    root = Path(str(files("dashboards"))).parent
    path = root.joinpath(*module.split(".")).with_suffix(".py")
    if module in seen or not path.is_file():
        return set()
    seen.add(module)
    return _opened(path.read_text(encoding="utf-8"), seen)


def _marts_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and node.attr in _READS and not _is_own(node):
        yield _READS[node.attr]
    if not isinstance(node, ast.Call):
        return
    if _opens_a_mart(node.func):
        values = (one.value for one in node.args if isinstance(one, ast.Constant))
        yield from (value for value in values if isinstance(value, str))


def _opens_a_mart(called: ast.expr) -> bool:
    """`published.mart(...)`, or a function that takes a published set and the name of a mart."""
    if isinstance(called, ast.Name):
        return called.id in _OPENERS
    return isinstance(called, ast.Attribute) and called.attr == "mart" and not _is_own(called)


def _is_own(node: ast.AST) -> bool:
    """Whether it is something of `self`: a set that opens its own marts is no page."""
    value = getattr(node, "value", None)
    return isinstance(value, ast.Name) and value.id == "self"


def _bytes(folder: Path, name: str) -> bytes:
    return (folder / f"{name}.parquet").read_bytes()
