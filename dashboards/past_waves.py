"""Waves of a campaign as they went, and when each stop rule would have fired on them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.gates.looking_back import Alike, Past, Rule, first_stop, looks, released_before
from twin.campaign.gates.published import published_rules
from twin.campaign.gates.terms import GateRule, Stratum
from twin.marts.gate_past import rule_of
from twin.whatif.gate_chances import Chance, boundary, exact, fires_of

PLANS_RULE: Final = "The plan's rule"
CHOSEN: Final = "Your thresholds"
WAVE_MOST: Final = 2_000
"""Chances are summed for a wave of at most so many members, to keep the page quick."""
FALSE_AT: Final = (0.5, 1.0)
MISSED_AT: Final = (1.5, 2.0)
"""True error rates of the table of chances, as multiples of the tolerance."""
STOPS: Final = pl.Schema(
    {
        "rule": pl.String,
        "wave": pl.Int64,
        "name": pl.String,
        "stopped_on": pl.Date,
        "stratum": pl.String,
        "n": pl.Int64,
        "k": pl.Int64,
        "statistic": pl.Float64,
        "bound": pl.Float64,
        "exposed": pl.Int64,
    }
)
"""A row a rule and wave; null where the rule never fires. `exposed` counts devices of the whole
campaign that were asked to update before that day."""
PATHS: Final = pl.Schema(
    {
        "rule": pl.String,
        "wave": pl.String,
        "day": pl.Date,
        "reached": pl.Float64,
        "n": pl.Int64,
        "k": pl.Int64,
    }
)
"""How near each rule was to stopping on each day: the furthest of its conditions, 1 when met."""
CHANCES: Final = pl.Schema(
    {
        "rule": pl.String,
        **{f"false_{at:g}": pl.Float64 for at in FALSE_AT},
        **{f"missed_{at:g}": pl.Float64 for at in MISSED_AT},
        "median": pl.Int64,
    }
)
"""Chances of a rule by the true error rate, as multiples of the tolerance; `median` is the number
of outcomes at the stop at twice the tolerance, null where more than half are never stopped."""


class Terms(Struct, frozen=True, kw_only=True):
    """What a reader may turn: tolerance and alpha as shares, and outcomes wanted before a stop."""

    tolerance: float
    alpha: float
    evidence: int

    def of(self, rule: GateRule) -> GateRule:
        """A plan's rule on these terms; its accept side moves along as far as it must, since the
        good wave that it accepts lies below the tolerance. No stop depends on that side."""
        good = min(rule.accept_good, self.tolerance / 2)
        return replace(
            rule,
            errors_above=self.tolerance,
            alpha=self.alpha,
            evidence_at_least=self.evidence,
            accept_good=good,
            accept_bad=max(rule.accept_bad, self.tolerance),
        )


class PastWave(Struct, frozen=True, kw_only=True):
    """A wave by its number and name, with the rule that its plan gave it."""

    number: int
    name: str
    rule: GateRule
    past: Past

    @property
    def label(self) -> str:
        """Number and name, such as `2 large-suppliers`."""
        return f"{self.number} {self.name}"


Rules: TypeAlias = Mapping[str, Rule]


def past_waves(
    rules: pl.DataFrame, outcomes: pl.DataFrame, waves: pl.DataFrame, *, campaign: str
) -> tuple[PastWave, ...]:
    """The waves of a campaign of which something was released, from the marts of those names."""
    done = {row["wave"]: row for row in waves.filter(campaign_id=campaign).iter_rows(named=True)}
    return tuple(_past_waves(rules.filter(campaign_id=campaign), outcomes, done))


def _past_waves(
    rules: pl.DataFrame, outcomes: pl.DataFrame, done: Mapping[int, Mapping[str, date | None]]
) -> Iterator[PastWave]:
    for row in rules.iter_rows(named=True):
        number = row["wave"]
        own = outcomes.filter(campaign_id=row["campaign_id"], wave=number)
        if row["members"] is None or own.is_empty():
            continue
        of_wave = done.get(number, {})
        yield PastWave(
            number=number,
            name=row["name"],
            rule=rule_of(row),
            past=_past(own, row["members"], of_wave.get("complete_on"), of_wave.get("ended_on")),
        )


def _past(own: pl.DataFrame, members: int, complete: date | None, ended: date | None) -> Past:
    alike = tuple(_alike(row) for row in own.iter_rows(named=True))
    known = [day for one in alike for day in (one.released, one.failed, one.confirmed) if day]
    return Past(
        members=members,
        alike=alike,
        complete=_number(complete),
        first=min(one.released for one in alike) + 1,
        last=_number(ended) or max(known) + 1,
    )


def _alike(row: Mapping[str, object]) -> Alike:
    failed, confirmed, left = (
        _number(row[f"{name}_on"]) for name in ("failed", "confirmed", "left")
    )
    return Alike(
        stratum=Stratum(str(row["region"]), str(row["supplier"]), str(row["model"])),
        devices=int(str(row["devices"])),
        released=_number(row["released_on"]) or 0,
        failed=failed,
        confirmed=confirmed,
        left=left,
    )


def _number(day: object) -> int | None:
    return day.toordinal() if isinstance(day, date) else None


def rules_of(wave: PastWave, terms: Terms) -> Rules:
    """The rules that are compared on a wave, by the names under which they are shown."""
    peers = {rule.name: rule for rule in published_rules(terms.tolerance)}
    return {PLANS_RULE: wave.rule, CHOSEN: terms.of(wave.rule), **peers}


def looked_back(waves: Iterable[PastWave], *, terms: Terms) -> tuple[pl.DataFrame, pl.DataFrame]:
    """When each rule would have stopped each wave (`STOPS`), and how near it came (`PATHS`)."""
    told = tuple(waves)
    every = [one for wave in told for one in wave.past.alike]
    stops: list[dict[str, object]] = []
    paths: list[dict[str, object]] = []
    for wave in told:
        for name, rule in rules_of(wave, terms).items():
            seen = list(looks(wave.past, rule=rule))
            stop = first_stop(seen)
            row = {"rule": name, "wave": wave.number, "name": wave.name}
            if stop is not None:
                by = stop.by
                row |= {"stopped_on": date.fromordinal(stop.day), "stratum": by.stratum}
                row |= {"n": by.n, "k": by.k, "statistic": by.statistic, "bound": by.bound}
                row["exposed"] = released_before(every, day=stop.day)
            stops.append(row)
            paths += [
                {
                    "rule": name,
                    "wave": wave.label,
                    "day": date.fromordinal(look.day),
                    "reached": look.reached,
                    "n": look.by.n,
                    "k": look.by.k,
                }
                for look in seen
            ]
    return pl.DataFrame(stops, schema=STOPS), pl.DataFrame(paths, schema=PATHS)


def first_stops(stops: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """The first stop of each rule over all waves; a rule that never fires is left out."""
    fired = stops.drop_nulls("stopped_on").sort("stopped_on", "wave")
    found: dict[str, dict[str, Any]] = {}
    for row in fired.iter_rows(named=True):
        found.setdefault(row["rule"], row)
    return found


def chances(rule: GateRule, *, terms: Terms, members: int) -> pl.DataFrame:
    """How often each rule errs on a wave of so many members (`CHANCES`), without strata."""
    wave = min(members, WAVE_MOST)
    peers = {one.name: one for one in published_rules(terms.tolerance)}
    rules: Rules = {PLANS_RULE: rule, CHOSEN: terms.of(rule), **peers}
    return pl.DataFrame(
        [_errs(name, one, terms.tolerance, wave) for name, one in rules.items()], schema=CHANCES
    )


def _errs(name: str, rule: Rule, tolerance: float, wave: int) -> dict[str, object]:
    fewest = boundary(fires_of(rule, wave=wave), wave=wave)
    found: dict[float, Chance] = {
        at: exact(fewest, rate=min(tolerance * at, 0.99)) for at in (*FALSE_AT, *MISSED_AT)
    }
    return {
        "rule": name,
        **{f"false_{at:g}": found[at].stops for at in FALSE_AT},
        **{f"missed_{at:g}": max(0.0, 1 - found[at].stops) for at in MISSED_AT},
        "median": found[MISSED_AT[-1]].median,
    }
