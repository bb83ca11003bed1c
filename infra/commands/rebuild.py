"""`twin rebuild`: the fleet from the lake, and the proof that the live tables say the same."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra.commands.folders import home_of, lake_of
from infra.commands.speak import HomeFolder, Json, say, say_beside, say_json, say_table
from infra.refusals import DoesNotHold, NotFound
from infra.run.counted import Counted
from infra.run.engines import Engine, folded
from infra.run.generated_so_far import unfinished
from infra.run.proofs import show_proofs
from infra.run.snapshot import Snapshot
from infra.run.supervisor import Supervisor
from infra.spark.session import LOCAL
from streams.ledger import CODE_VERSION
from streams.lines import lines, stores
from twin.bulk.differences import Difference
from twin.bulk.proof import SPOT_CHECK, Proof, Rebuilt, publish_proof

EngineChoice = Annotated[
    Engine,
    typer.Option(
        help="bulk: kernels over columns; readable: every event by `evolve`, slower; "
        "spark: the kernels on Spark, for a fleet beyond one machine."
    ),
]
Master = Annotated[
    str | None,
    typer.Option(help=f"Where Spark runs, as Spark names it; {LOCAL}, this machine, otherwise."),
]


def rebuild(
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare with the live tables, premises by premises.")
    ] = False,
    engine: EngineChoice = Engine.BULK,
    master: Master = None,
    marts: Annotated[
        Path | None,
        typer.Option(
            help="Also write the marts that tell how the fleet stands, with the coverage cube, "
            "counted in the same pass: a folder, new or empty."
        ),
    ] = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Fold the whole fleet from the lake; with --verify exit status 3 if the tables differ.

    The readable engine compares whole states, the others the columns of state that marts use.
    The result stands in TWIN_HOME/proofs/rebuild.json. No run may be at work for --verify.
    """
    path = home_of(home)
    require_master_fits(engine, master)
    counted = None if marts is None else Counted(marts, engine)
    if left := unfinished(path, lake_of(home)):
        say_beside(left)
    if verify:
        Supervisor(path, ()).require_nobody()
        require_tables(path)
    began = time.monotonic()
    with ExitStack() as opened:
        live = opened.enter_context(Snapshot(path)).entries() if verify else None
        seen = None if counted is None else counted.see
        found = folded(path, engine, live=live, master=master or LOCAL, seen=seen)
    proof = proof_of(found, engine, began=began)
    publish_proof(path, proof)
    if counted is not None:
        say_beside(counted.write(proof))
    if not Supervisor(path, ()).runs():
        show_proofs(path, now=datetime.now(UTC))  # a run's publisher does it itself
    say_json(proof) if as_json else print_proof(proof)
    if proof.equal is False:
        raise DoesNotHold("the live tables are not what the lake folds to")


def require_tables(path: Path) -> None:
    """Refuse a home without live tables."""
    if not stores(path, lines(path).current):
        raise NotFound(f"there are no live tables in {path} to compare with")


def require_master_fits(engine: Engine, master: str | None) -> None:
    """Refuse a master where no Spark is asked for, as wrong usage."""
    if master is not None and engine is not Engine.SPARK:
        raise typer.BadParameter("goes with `--engine spark` only", param_hint="--master")


def proof_of(found: Rebuilt, engine: Engine, *, began: float, by: str = "twin rebuild") -> Proof:
    """The proof that a rebuild came to, made now; it began at this reading of the clock."""
    return Proof(
        engine=engine.value,
        made_by=by,
        made_at=datetime.now(UTC),
        code_version=CODE_VERSION,
        equal=None if found.differing is None else found.differing == 0,
        seconds={"whole": round(time.monotonic() - began, 2)},
        **{name: getattr(found, name) for name in found.__struct_fields__},
    )


def print_proof(proof: Proof) -> None:
    """Print a proof for people."""
    of = "drawn premises" if proof.made_by == SPOT_CHECK else "fleet"
    say(f"{of} rebuilt from the lake, engine {proof.engine} · simulated data")
    say_table([("premises", proof.premises), ("records", proof.records.seen)])
    say_table([("rebuilt", proof.digest), ("live tables", proof.live_digest or "not compared")])
    say_table([(f"left to the readable replay, {why}", n) for why, n in proof.fallbacks.items()])
    say_table([(f"seconds, {name}", f"{taken:.2f}") for name, taken in proof.seconds.items()])
    if proof.equal is not None:
        say("equal: yes" if proof.equal else f"equal: NO, {proof.differing or 0:,} premises differ")
    for difference in proof.differences:
        say(f"  {told_difference(difference)}")


_WHY = {
    "state": "fields differ",
    "behind": "the table stops before the last record",
    "ahead": "the table goes beyond the lake",
    "not_live": "the tables have no such premises",
    "not_in_lake": "the lake has no such premises",
    "mart": "a published total is not what the lake folds to",
    "beside": "the table beside is not what this code folds to",
    "kernel": "the bulk fold gives other columns than the readable replay",
}


def told_difference(of: Difference) -> str:
    """A difference in words."""
    where = f"{of.premises_id} (partition {of.partition})" if of.premises_id else "all premises"
    parts = [f"{where}: {_WHY[of.why]}"]
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
