"""Gates against known error rates: false stops, delay, and the published rules of others.

A wave of 5,000 is looked at after every outcome, outcomes in random order (rollout, 6.1). The
rules of hawkBit, AWS and Azure are models of what they publish (`twin.campaign.gates.published`).
A rule that looks at counts alone is a boundary: for
each number of outcomes the fewest errors that fire it. The boundaries of our gates are read off
the functions that `judge` uses, and what must hold of them is also summed exactly;
`tests/gates/test_gates_quality.py` holds them against `judge` itself.
"""

from collections.abc import Mapping, Sequence
from math import log
from typing import Final

import numpy as np
from msgspec import Struct

from tests.benchmarks.measure import Measure
from twin.campaign.gates.likelihood import log_e_value, log_ratio
from twin.campaign.gates.published import aws, azure, hawkbit
from twin.whatif.gate_chances import Counts, Fires, boundary, exact, fires_of

WAVE: Final = 5_000
REPLICATES: Final = 4_000
SEED: Final = 2017
TOLERANCE: Final = 0.02
"""Of the published rules, as rollout 6.1 has it; ours is asked for 1.5 %."""
OUR_TOLERANCE: Final = 0.015
ALPHA: Final = 0.05
GOOD: Final = 0.01
BAD: Final = 0.03
RATES: Final = (0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1)
CHUNK: Final = 500


def e_process(n: int, k: int) -> bool:
    """Our error gate: the mixture e-value reaches 1 / alpha."""
    return log_e_value(n=n, k=k, tolerance=OUR_TOLERANCE) >= -log(ALPHA)


def wald_reject(n: int, k: int) -> bool:
    """The reject side of Wald's test, by its classical bound (rollout 6.1, row 4)."""
    return log_ratio(n=n, k=k, good=GOOD, bad=BAD) >= log((1 - ALPHA) / ALPHA)


def not_accepted(n: int, k: int) -> bool:
    """Our accept side, turned round: fires while a wave is not accepted."""
    return log_ratio(n=n, k=k, good=GOOD, bad=BAD) > log(ALPHA)


STOPS: Final[Mapping[str, Fires]] = {
    "e-process, tolerance 1.5 % (ours)": e_process,
    "Wald's test 1 % v 3 %, reject side": wald_reject,
    "threshold: n >= 25 and k / n > 1.5 %": lambda n, k: n >= 25 and k / n > OUR_TOLERANCE,
    "hawkBit (model): k / group > 2 %": fires_of(hawkbit(TOLERANCE), wave=WAVE),
    "Azure (model): k >= 10 and k / group >= 2 %": fires_of(azure(TOLERANCE), wave=WAVE),
    "AWS (model): n >= 100 and k / n >= 2 %": fires_of(aws(TOLERANCE), wave=WAVE),
}
OURS: Final = next(iter(STOPS))


class Stops(Struct, frozen=True):
    """At which outcome each replicate stopped (0: never), and errors seen by then."""

    at: Counts
    errors: Counts

    @property
    def share(self) -> float:
        """Replicates that stopped at all."""
        return float(np.mean(self.at > 0))

    @property
    def median(self) -> float:
        """Outcomes at the stop, the median over all replicates; infinite if fewer than half."""
        return float(np.median(np.where(self.at > 0, self.at, np.inf)))

    @property
    def homes(self) -> float:
        """Mean errors at the stop."""
        return float(np.mean(self.errors[self.at > 0])) if np.any(self.at > 0) else 0.0


def outcomes(rate: float, *, replicates: int, seed: int = SEED, wave: int = WAVE) -> Counts:
    """Cumulative errors, a row a replicate and a column an outcome."""
    rng = np.random.default_rng([seed, round(rate * 1e6)])
    failed = rng.random((replicates, wave), dtype=np.float32) < rate
    return np.cumsum(failed, axis=1, dtype=np.int32)


def stops(errors: Counts, fewest: Counts, *, below: bool = False) -> Stops:
    """The first outcome at which a boundary is reached, or with `below`, is not reached."""
    hit = (errors < fewest) if below else (errors >= fewest)
    found, first = hit.any(axis=1), hit.argmax(axis=1)
    return Stops(np.where(found, first + 1, 0), errors[np.arange(len(errors)), first])


def grid(*, replicates: int = REPLICATES) -> dict[str, dict[float, Stops]]:
    """Every rule at every rate, and the accept side under its own name, on common outcomes."""
    edges = {name: boundary(fires, wave=WAVE) for name, fires in STOPS.items()}
    accept = boundary(not_accepted, wave=WAVE)
    table: dict[str, dict[float, Stops]] = {name: {} for name in (*edges, "accept")}
    for rate in RATES:
        errors = outcomes(rate, replicates=replicates)
        for name, fewest in edges.items():
            table[name][rate] = _in_chunks(errors, fewest)
        table["accept"][rate] = _in_chunks(errors, accept, below=True)
    return table


def measure() -> list[Measure]:
    """The grid, a line a rule; then each figure that is asked of ours."""
    table = grid()
    lines = [_line(name, table[name]) for name in STOPS]
    accept = table["accept"]
    return [*lines, *_asked(table), *_asked_of_accept(accept)]


def _in_chunks(errors: Counts, fewest: Counts, *, below: bool = False) -> Stops:
    parts = [
        stops(errors[start : start + CHUNK], fewest, below=below)
        for start in range(0, len(errors), CHUNK)
    ]
    return Stops(
        np.concatenate([part.at for part in parts]), np.concatenate([part.errors for part in parts])
    )


def _line(name: str, by_rate: Mapping[float, Stops]) -> Measure:
    shares = ", ".join(f"{by_rate[rate].share:.1%}" for rate in (0.005, 0.01, 0.015))
    delays = ", ".join(_devices(by_rate[rate].median) for rate in (0.03, 0.05, 0.1))
    return Measure(
        name=f"gate: {name}",
        ours=f"stops {shares} at 0.5, 1, 1.5 %; median {delays} devices at 3, 5, 10 %",
        against=f"{by_rate[BAD].homes:.1f} failed homes at the stop at 3 %",
        figures={
            **{f"stopped_at_{rate:g}": one.share for rate, one in by_rate.items()},
            **{
                f"median_at_{rate:g}": one.median
                for rate, one in by_rate.items()
                if np.isfinite(one.median)
            },
            "failed_homes_at_0.03": by_rate[BAD].homes,
        },
    )


def _asked(table: Mapping[str, Mapping[float, Stops]]) -> list[Measure]:
    found = []
    for rate, most in ((0.015, 0.05), (0.01, 0.01)):
        share = table[OURS][rate].share
        truth = exact(boundary(e_process, wave=WAVE), rate=rate).stops
        found.append(
            Measure(
                name=f"e-process gate: false stops at a true {rate:.1%}",
                ours=f"{share:.2%} (exactly {truth:.2%})",
                against=f"at most {most:.0%}; {_others(table, rate, share=True)}",
                ratio=truth / most,
                holds=truth <= most,
                figures={"drawn": share, "exact": truth},
            )
        )
    for rate, most in ((0.03, 800), (0.05, 140)):
        median = table[OURS][rate].median
        found.append(
            Measure(
                name=f"e-process gate: median settled devices at the stop, a true {rate:.0%}",
                ours=_devices(median),
                against=f"at most {most}; {_others(table, rate, share=False)}",
                ratio=median / most,
                holds=median <= most,
            )
        )
    return found


def _asked_of_accept(by_rate: Mapping[float, Stops]) -> list[Measure]:
    good, bad = by_rate[GOOD], by_rate[BAD]
    truth = exact(boundary(not_accepted, wave=WAVE), rate=BAD, below=True).stops
    return [
        Measure(
            name="sequential gate: median settled devices to accept at a true 1 %",
            ours=f"{_devices(good.median)} (accepted in all: {good.share:.1%})",
            against="at most 300",
            ratio=good.median / 300,
            holds=good.median <= 300,
        ),
        Measure(
            name="sequential gate: ever accepted at a true 3 %",
            ours=f"{bad.share:.2%} (exactly {truth:.2%})",
            against=f"at most {ALPHA:.0%}",
            ratio=truth / ALPHA,
            holds=truth <= ALPHA,
            figures={"drawn": bad.share, "exact": truth},
        ),
    ]


def _others(table: Mapping[str, Mapping[float, Stops]], rate: float, *, share: bool) -> str:
    peers: Sequence[str] = [name for name in table if "(model)" in name]
    return ", ".join(
        f"{name.split()[0]}'s rule "
        + (f"{table[name][rate].share:.1%}" if share else _devices(table[name][rate].median))
        for name in peers
    )


def _devices(median: float) -> str:
    return f"{median:,.0f}" if np.isfinite(median) else "none"
