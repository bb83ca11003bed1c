"""Event lists of the exact engine and of SimPy: thirty seeds of 10,000 and of 100,000 premises.

SimPy makes some 1,750 premises a second, so that this takes half an hour of a processor or more.
Each run that is over is a line of `build/equality.jsonl` with the digest of the code that made it:
ended and begun again, the benchmark goes on where it was, and after a change of the code it begins
anew. Seeds differ in what is asked as well: the default programme and every kind of plan and
scenario that the oracle tells (windows, paces, ramps, holds, retries by cause, bad images) in turn.
"""

import os
import tempfile
from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Final

import grimp
import msgspec
from rich.console import Console

from tests.benchmarks.measure import Measure
from tests.whatif.oracle import Oracle
from tests.whatif.questions import asked, our_events
from tests.whatif.variants import variants

SEEDS: Final = range(1, 31)
SIZES: Final = (10_000, 100_000)
KEPT: Final = Path("build") / "equality.jsonl"
SIDES: Final = tuple(f"tests.whatif.{name}" for name in ("oracle", "questions", "variants"))
"""What asks the engine and what is the oracle: all that they import decides about the result."""
ROOMS: Final = ("campaign", "fleet", "ingest")
"""Rooms whose files of data both sides read."""
USUAL: Final = "the default programme"


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One question to both sides: how many events the engine tells, and whether all are equal."""

    code: str
    premises: int
    seed: int
    variant: str
    events: int
    equal: bool
    seconds: float


def measure(
    *, sizes: Sequence[int] = SIZES, seeds: Iterable[int] = SEEDS, kept: Path = KEPT
) -> list[Measure]:
    """A row a size; what this code has already shown is not run again."""
    code, seeds = code_digest(), tuple(seeds)
    wanted = [(code, premises, seed) for premises in sizes for seed in seeds]
    known = {(one.code, one.premises, one.seed): one for one in _read(kept)}
    kept.parent.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    missing = [one for one in wanted if one not in known]
    processes = min(len(os.sched_getaffinity(0)), max(len(missing), 1))
    # not forked: the engine has threads, whose locks a fork would copy
    with get_context("spawn").Pool(processes, maxtasksperchild=4) as pool:
        for one in pool.imap_unordered(compared, missing):
            known[one.code, one.premises, one.seed] = one
            with kept.open("ab") as file:
                file.write(msgspec.json.encode(one) + b"\n")
            verdict = "equal" if one.equal else "DIFFERENT"
            console.print(
                f"{sum(w in known for w in wanted)} of {len(wanted)}: {one.premises:,} premises, "
                f"seed {one.seed}, {one.variant}: {one.events:,} events {verdict}, {one.seconds} s",
                style="dim",
                highlight=False,
            )
    return [_row([known[code, premises, seed] for seed in seeds]) for premises in sizes]


def compared(what: tuple[str, int, int]) -> Compared:
    """The events of one question of a size and seed, by the engine and by the oracle."""
    code, premises, seed = what
    kinds: dict[str, dict[str, str]] = {USUAL: {}, **variants(premises)}
    variant = list(kinds)[seed % len(kinds)]
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        question = asked(Path(folder), premises=premises, seed=seed, **kinds[variant])
        ours = our_events(question)
        equal = ours == Oracle(question).run()
    return Compared(
        code=code,
        premises=premises,
        seed=seed,
        variant=variant,
        events=len(ours),
        equal=equal,
        seconds=round(perf_counter() - began, 1),
    )


def code_digest() -> str:
    """A digest of all that either side is made of: engine, oracle, and what they are asked."""
    digest, root = sha256(), Path(__file__).parents[2]
    graph = grimp.build_graph("twin", "tests", cache_dir=None)
    modules = set(SIDES).union(*map(graph.find_upstream_modules, SIDES))
    files = [root.joinpath(*module.split(".")) for module in modules]
    code = [path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for path in files]
    data = [file for room in ROOMS for file in (root / "twin" / room).rglob("*.*") if is_data(file)]
    for file in sorted([*code, *data]):
        digest.update(file.relative_to(root).as_posix().encode() + file.read_bytes())
    for library in ("numpy", "numba", "simpy"):
        digest.update(version(library).encode())
    return digest.hexdigest()[:16]


def is_data(file: Path) -> bool:
    """Whether a file holds numbers or plans that code reads."""
    return file.suffix in (".toml", ".csv", ".json")


def _read(kept: Path) -> list[Compared]:
    """What was compared before; a last line that was cut off by an end from outside is left out."""
    lines = kept.read_bytes().split(b"\n")[:-1] if kept.exists() else []
    return [msgspec.json.decode(line, type=Compared) for line in lines]


def _row(runs: list[Compared]) -> Measure:
    equal, events = sum(one.equal for one in runs), sum(one.events for one in runs)
    fewest = min(runs, key=lambda one: one.events)
    kinds = len({one.variant for one in runs})
    return Measure(
        name=f"event lists equal to SimPy's, {runs[0].premises:,} premises, {len(runs)} seeds",
        ours=f"{equal} of {len(runs)} equal, {events:,} events of {kinds} kinds of plans",
        against="every one",
        holds=equal == len(runs) and fewest.events > 0,
        figures={
            "runs": float(len(runs)),
            "differing": float(len(runs) - equal),
            "events": float(events),
            "fewest_events": float(fewest.events),
            "seconds": sum(one.seconds for one in runs),
        },
    )
