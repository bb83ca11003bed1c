"""`twin rebuild`: the fleet from the lake, and the proof that the live tables say the same."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.refusals import NotFound
from infra.run.supervisor import Supervisor
from infra.run.tables import live_in_order
from streams.archiver import open_lake
from streams.ledger import CODE_VERSION
from streams.settings import Settings
from twin.bulk.differences import Difference
from twin.bulk.proof import Proof, publish_proof
from twin.bulk.readable import Rebuilt, rebuilt, verified

DIFFERS = 3
"""Exit status where the live tables are not what the lake folds to."""


def rebuild(
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare with the live tables, premises by premises.")
    ] = False,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Fold the whole fleet from the lake; with --verify exit status 3 if the tables differ.

    The result stands in TWIN_HOME/proofs/rebuild.json. No run may be at work for --verify.
    """
    path = (Path(home) if home is not None else Settings().home).absolute()
    if not (path / "lake" / "events").exists():
        raise NotFound(f"there is no lake in {path} yet: `twin run` makes one")
    proof = _verified(path) if verify else _rebuilt(path)
    publish_proof(path, proof)
    say_json(proof) if as_json else print_proof(proof)
    if proof.equal is False:
        raise typer.Exit(DIFFERS)


def _rebuilt(path: Path) -> Proof:
    began = time.monotonic()
    return _proof(rebuilt(open_lake(path).files()), time.monotonic() - began)


def _verified(path: Path) -> Proof:
    Supervisor(path, ()).require_nobody()
    if not any(path.glob("worker/*/v1/tables")):
        raise NotFound(f"there are no live tables in {path} to compare with")
    began = time.monotonic()
    found = verified(open_lake(path).files(), live_in_order(path))
    return _proof(found, time.monotonic() - began)


def _proof(found: Rebuilt, seconds: float) -> Proof:
    return Proof(
        engine="readable",
        made_at=datetime.now(UTC),
        code_version=CODE_VERSION,
        basis=found.basis.ends,
        premises=found.tally.premises,
        records=found.tally.outcomes,
        digest=found.tally.digest,
        live_digest=found.live.digest if found.live else None,
        equal=None if found.differing is None else found.differing == 0,
        differing=found.differing or 0,
        differences=found.differences,
        seconds={"whole": round(seconds, 2)},
    )


def print_proof(proof: Proof) -> None:
    """Print a proof for people."""
    say(f"rebuilt from the lake, engine {proof.engine} · simulated data")
    say_table([("premises", proof.premises), ("records", proof.records.seen)])
    say_table([("rebuilt", proof.digest), ("live tables", proof.live_digest or "not compared")])
    say_table([(f"left to the readable replay, {why}", n) for why, n in proof.fallbacks.items()])
    say_table([(f"seconds, {name}", f"{taken:.2f}") for name, taken in proof.seconds.items()])
    if proof.equal is not None:
        say("equal: yes" if proof.equal else f"equal: NO, {proof.differing:,} premises differ")
    for difference in proof.differences:
        say(f"  {_told(difference)}")


_WHY = {
    "state": "fields differ",
    "behind": "the table stops before the last record",
    "ahead": "the table goes beyond the lake",
    "not_live": "the tables have no such premises",
    "not_in_lake": "the lake has no such premises",
}


def _told(of: Difference) -> str:
    parts = [f"{of.premises_id} (partition {of.partition}): {_WHY[of.why]}"]
    if of.fields:
        more = of.fields_differing - len(of.fields)
        parts.append(", ".join(of.fields) + (f" and {more} more" if more else ""))
    if of.event is not None:
        event = of.event
        numbered = f" number {event.sequence} of {event.source}" if event.source else ""
        parts.append(f"from offset {event.offset} on: {event.event}{numbered}")
    elif of.why in ("state", "ahead"):
        parts.append("no record tells that")
    return "; ".join(parts)
