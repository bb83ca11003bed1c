"""What-if: the exact engine beside SimPy, and the whole country in seconds.

The SimPy model (`tests/whatif/oracle.py`) runs the same campaigns, one process a device; both are
measured in processor seconds of this one run, alternated, and their events are held against each
other. National runs are made in a process of their own, so that its memory is theirs alone; what
must hold of them is asked of processor seconds a core, which other work on the machine does not
stretch as much; the wall clock and the load stand beside it. Kernels are compiled before.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Final

import msgspec
from msgspec.structs import replace

from tests.benchmarks.measure import Measure
from tests.whatif.oracle import Oracle
from tests.whatif.questions import asked, our_events
from twin.whatif.engine import run
from twin.whatif.header import results_hash
from twin.whatif.population import Held
from twin.whatif.reading import Question
from twin.whatif.rows import rows_of

NATIONAL: Final = 30_000_000
OURS: Final = 3_000_000
THEIRS: Final = 4_000
ROUNDS: Final = 2
EQUAL: Final = {1_000: range(1, 31), 10_000: (1,)}
"""Seeds by premises whose events are held against SimPy's."""
AT_LEAST: Final = 236.0
SECONDS: Final = {"hubs": 5.0, "again": 4.0, "sample": 1.0}
PLAIN: Final = {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""}
"""Kernels as for a machine that can do no more than every x86-64: as near as one machine comes to
another one."""
MEMORY: Final = 1.5
"""Gigabytes (10**9 bytes)."""


def measure(
    *,
    national: int = NATIONAL,
    ours: int = OURS,
    theirs: int = THEIRS,
    equal: dict[int, range | tuple[int, ...]] | None = None,
) -> list[Measure]:
    """All rows of issue 7 that the exact engine answers for."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        home = Path(folder)
        return [
            _against_simpy(home, ours, theirs),
            _equality(home, EQUAL if equal is None else equal),
            _bytes(home, ours),
            *_national(national),
        ]


def _against_simpy(home: Path, ours: int, theirs: int) -> Measure:
    """Premises a processor second on one core, the default programme; SimPy's are drawn before."""
    run(asked(home, premises=2_000), threads=1)
    rates = {"ours": 0.0, "simpy": 0.0}
    for nth in range(ROUNDS):
        question = asked(home, premises=ours, seed=nth + 1)
        began = process_time()
        run(question, threads=1)
        rates["ours"] = max(rates["ours"], ours / (process_time() - began))
        oracle = Oracle(asked(home, premises=theirs, seed=nth + 1))
        began = process_time()
        oracle.run()
        rates["simpy"] = max(rates["simpy"], theirs / (process_time() - began))
    ratio = rates["ours"] / rates["simpy"]
    return Measure(
        name=f"exact what-if engine, {ours:,} premises, against SimPy, {theirs:,}, a core",
        ours=f"{rates['ours']:,.0f} premises/s",
        against=f"{rates['simpy']:,.0f} premises/s; at least {AT_LEAST:.0f} times",
        ratio=ratio,
        holds=ratio >= AT_LEAST,
        figures=rates,
    )


def _equality(home: Path, equal: dict[int, range | tuple[int, ...]]) -> Measure:
    """Every event of every device, by day, for each seed."""
    events, differing, runs = 0, 0, 0
    for premises, seeds in equal.items():
        for seed in seeds:
            question = asked(home, premises=premises, seed=seed)
            found = our_events(question)
            events, runs = events + len(found), runs + 1
            differing += found != Oracle(question).run()
    return Measure(
        name=f"event lists equal to SimPy's, {runs} runs of {', '.join(map(str, equal))} premises",
        ours=f"{runs - differing} of {runs} equal, {events:,} events",
        against="every one",
        holds=differing == 0 and events > 0,
        figures={"runs": runs, "differing": differing, "events": events},
    )


def _bytes(home: Path, premises: int) -> Measure:
    """The tables of one question on one thread, on two, and compiled for any x86-64 machine."""
    question = asked(home, premises=premises)
    found = [results_hash(run(question, threads=n).tables()) for n in (1, 2)]
    command = [sys.executable, "-m", "tests.benchmarks.whatif_bench", str(premises), "bytes"]
    plain = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **PLAIN}
    )
    found.append(plain.stdout)
    return Measure(
        name=f"what-if: bytes of the results of {premises:,} premises, every table",
        ours=f"{len(set(found))} kind of bytes on 1 thread, 2 threads, and a plain processor",
        against="one",
        holds=len(set(found)) == 1,
        figures={"kinds": float(len(set(found))), "premises": float(premises)},
    )


def _national(premises: int) -> list[Measure]:
    """The country in a process of its own: first run, second with one number changed, sample."""
    command = [sys.executable, "-m", "tests.benchmarks.whatif_bench", str(premises)]
    done = subprocess.run(command, check=True, capture_output=True)
    told = msgspec.json.decode(done.stdout, type=dict[str, dict[str, float]])
    rows = []
    for name, words in (
        ("hubs", f"{premises:,} premises, 320 days, three regions, four waves"),
        ("again", "the same with one number changed"),
        ("sample", "its first result, at a sample of 1 %"),
        ("programme", "hubs and meters, the whole programme"),
    ):
        one, limit = told[name], SECONDS.get(name)
        memory = one["gigabytes"] <= MEMORY
        rows.append(
            Measure(
                name=f"what-if: {words}",
                ours=f"{one['a core']:.2f} s a core, {one['wall']:.2f} s by the clock at a load "
                f"of {one['load']:.1f}, {one['gigabytes']:.2f} GB",
                against="" if limit is None else f"{limit:.0f} s, {MEMORY} GB",
                ratio=None if limit is None else one["a core"] / limit,
                holds=None if limit is None else one["a core"] <= limit and memory,
                figures=one,
            )
        )
    return rows


def _timed(question: Question, held: Held | None = None) -> dict[str, float]:
    """Wall and processor seconds of a run on all cores; memory is the most there was so far."""
    wall, processor = perf_counter(), process_time()
    found = run(question, held=held)
    return {
        "wall": perf_counter() - wall,
        "a core": (process_time() - processor) / found.timings.threads,
        "threads": float(found.timings.threads),
        "gigabytes": getrusage(RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
        "load": os.getloadavg()[0],
    }


def of_bytes(premises: int) -> None:
    """Print the digest of one run."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        found = run(asked(Path(folder), premises=premises), threads=1)
    sys.stdout.write(results_hash(found.tables()))


def main(premises: int) -> None:
    """Print the timings of national runs as JSON."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        whole = asked(Path(folder), premises=premises, starts="2017-02-15")
        hubs = replace(whole, plans=whole.plans[:1])
        run(replace(hubs, scenario=replace(hubs.scenario, sample=2_000 / premises)))
        other = replace(hubs, rows=rows_of({"undelivered_share": 0.02}))
        sample = replace(hubs, scenario=replace(hubs.scenario, sample=0.01))
        held = Held()
        told = {
            "sample": _timed(sample),
            "hubs": _timed(hubs, held),
            "again": _timed(other, held),
            "programme": _timed(whole, held),
        }
    sys.stdout.write(msgspec.json.encode(told).decode())


if __name__ == "__main__":
    (of_bytes if sys.argv[2:] else main)(int(sys.argv[1]))
