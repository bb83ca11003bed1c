"""Which event types a query of the marts counts, read from the query itself.

The query is parsed by DuckDB; of each part that reads facts, its condition says which. What the
condition leaves open counts as every event: rather one too many than one too few.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import duckdb

from twin.evidence.lineage.conditions import ALL, BY_FAMILY, BY_TOPIC, Tree, restriction

PREMISES: Final = BY_TOPIC["premises.events"] - {"programme.dead-letter-resolved"}
CAMPAIGNS: Final = BY_TOPIC["campaign.events"]
TABLES: Final[Mapping[str, frozenset[str]]] = {
    "facts": PREMISES,
    "told": PREMISES,
    "records": ALL,
    "programme_records": BY_TOPIC["programme.events"] | CAMPAIGNS,
    "resolutions": frozenset({"programme.dead-letter-resolved"}),
    # rows that the builder is given, counted from the states of executions and from plans
    "tallies": BY_FAMILY["firmware"],
    "forecasts": BY_FAMILY["firmware"] | BY_FAMILY["lifecycle"] | CAMPAIGNS,
    "wave_plans": frozenset({"programme.campaign-submitted"}),
    "folded": CAMPAIGNS,
    "gate_rules": frozenset({"programme.campaign-submitted"}),
    "gate_outcomes": BY_FAMILY["firmware"] | BY_FAMILY["lifecycle"] | CAMPAIGNS,
}
"""What the tables hold that are not made by a step."""
GIVEN: Final = frozenset(
    {
        *("plan_curve", "params", "health", "moves", "letters", "moved", "moving"),
        *("lags", "delays", "proofs", "differences"),
    }
)
"""Tables that hold no events: the plan, the set's own data, positions and delays, refused records,
and proofs of the state."""


class UnknownTable(LookupError):
    """A query reads a table of which nobody knows what it holds."""


@cache
def events_of_mart(name: str) -> frozenset[str]:
    """Short names of the event types that a mart is counted from.

    Raises:
        UnknownTable: the mart's query reads a table that nothing makes.
    """
    return events_in(_text("sql", name))


@cache
def events_in(query: str) -> frozenset[str]:
    """Short names of the event types that a query over the marts' tables counts.

    Raises:
        UnknownTable: it reads a table that nothing makes.
    """
    found: set[str] = set()
    for select in _selects(query):
        found |= _of_tree(json.loads(_parsed(select)))
    return frozenset(found)


def _of_tree(tree: Tree) -> frozenset[str]:
    names = {cte["key"] for node in _nodes(tree) for cte in node.get("cte_map", {}).get("map", ())}
    found: set[str] = set()
    for node in _nodes(tree):
        if node.get("type") == "SELECT_NODE":
            source, where = node.get("from_table"), node.get("where_clause")
            for table, alias in _tables(source):
                if table not in names and table not in GIVEN:
                    found |= _let_through(_held(table), [where, *_joined_on(source)], alias)
    return frozenset(found)


def _let_through(held: frozenset[str], conditions: list[Tree], alias: str) -> frozenset[str]:
    for condition in conditions:
        only = restriction(condition, alias)
        held = held if only is None else held & only
    return held


def _held(table: str) -> frozenset[str]:
    """What a table may hold: a step's own query says, or `TABLES`."""
    if table in TABLES:
        return TABLES[table]
    if not files("twin.marts").joinpath(f"steps/{table}.sql").is_file():
        raise UnknownTable(f"nothing is known of table {table}")
    return events_in(_text("steps", table))


def _tables(source: Tree) -> Iterator[tuple[str, str]]:
    """Tables that a part reads itself, with their names in it; not those of parts within it."""
    if isinstance(source, dict):
        if source.get("type") == "BASE_TABLE":
            yield source["table_name"], source.get("alias") or source["table_name"]
        elif source.get("type") == "JOIN":
            yield from _tables(source.get("left"))
            yield from _tables(source.get("right"))


def _joined_on(source: Tree) -> Iterator[Tree]:
    """The conditions of the joins of a part; an outer join keeps what its other side lacks."""
    if isinstance(source, dict) and source.get("type") == "JOIN":
        if source.get("join_type") == "INNER":
            yield source.get("condition")
        yield from _joined_on(source.get("left"))
        yield from _joined_on(source.get("right"))


def _nodes(tree: Tree) -> Iterator[dict[str, Tree]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


def _selects(text: str) -> Iterator[str]:
    """The queries of a script; what only deletes reads nothing that is counted."""
    for statement in _parser().extract_statements(text):
        query = statement.query
        begins = re.search(r"^(?:WITH|SELECT|FROM)\b", query, re.MULTILINE)
        if begins is not None and not query.lstrip().startswith("DELETE"):
            yield query[begins.start() :]


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@cache
def _parsed(query: str) -> str:
    row = _parser().execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    (text,) = row or ("",)
    if json.loads(text)["error"]:
        raise ValueError(f"a query of the marts cannot be read: {text[:200]}")
    return str(text)


def _text(folder: str, name: str) -> str:
    return files("twin.marts").joinpath(folder).joinpath(f"{name}.sql").read_text("utf-8")
