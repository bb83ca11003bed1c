"""How the waves of each variant ended, and why a programme that fails may be over sooner."""

from collections.abc import Sequence
from statistics import fmean

import polars as pl
from msgspec import Struct

from twin.whatif.intervals import paired
from twin.whatif.outcome import Outcome
from twin.whatif.report.answer import Table
from twin.whatif.report.sentences import shown
from twin.whatif.report.variants import Found


class Ended(Struct, frozen=True, kw_only=True):
    """Waves of a variant over all seeds: how many its gates passed and failed, how many did not
    end or were stopped, and mean days from the last release of a wave to what its gate said."""

    passed: int
    failed: int
    other: int
    days_to_pass: float
    days_to_fail: float

    @property
    def waves(self) -> int:
        """All of them."""
        return self.passed + self.failed + self.other


def ended(outcomes: Sequence[Outcome], campaigns: Sequence[str] | None = None) -> Ended:
    """The waves of some outcomes, of all campaigns or of some, by how they ended."""
    waves = pl.concat([one.waves for one in outcomes])
    if campaigns is not None:
        waves = waves.filter(pl.col("campaign_id").is_in(campaigns))
    days = (pl.col("ends") - pl.col("released_by")).dt.total_days()
    spans = {
        state: waves.filter(pl.col("state") == state).select(days).to_series().drop_nulls()
        for state in ("PASSED", "FAILED")
    }
    passed, failed = (int((waves["state"] == state).sum()) for state in spans)
    return Ended(
        passed=passed,
        failed=failed,
        other=waves.height - passed - failed,
        days_to_pass=_mean(spans["PASSED"].to_list()),
        days_to_fail=_mean(spans["FAILED"].to_list()),
    )


def how_waves_ended(found: Sequence[Found]) -> Table:
    """A row a variant: waves that gates passed and failed, and how long either took."""
    rows = []
    for one in found:
        all_of_it = ended(one.outcomes)
        rows.append(
            (
                one.name,
                f"{all_of_it.passed} of {all_of_it.waves}",
                _days(all_of_it.days_to_pass, all_of_it.passed),
                f"{all_of_it.failed} of {all_of_it.waves}",
                _days(all_of_it.days_to_fail, all_of_it.failed),
                shown(_unconfirmed(one)),
            )
        )
    return Table(
        caption="How the waves ended, over all seeds, and who is not confirmed in the end",
        columns=(
            "variant",
            "waves passed",
            "days from last release to pass",
            "waves failed",
            "days from last release to fail",
            "devices not confirmed",
        ),
        rows=tuple(rows),
    )


def sooner_by_failing(found: Sequence[Found]) -> tuple[str, ...]:
    """Of each variant that is over before the first and failed more waves: why that is no gain.

    A wave passes once devices of full age prove it; it fails once enough are settled and too few
    of them confirmed (`twin.campaign.gates.judge`). So a failure is known before a pass would be.
    """
    first, said = found[0], []
    for one in found[1:]:
        lead, failing = paired(first.values("end"), one.values("end")), _failing(one.outcomes)
        here, usual = ended(one.outcomes, failing), ended(first.outcomes, failing)
        if lead.mean >= 0 or here.failed <= usual.failed:
            continue
        hold = one.question.scenario.hold
        answer = {
            "exclude_model": f"resumed after {hold.after_days} days where no model is to blame",
            "resume": f"resumed after {hold.after_days} days",
            "stop": "stopped",
        }[hold.answer]
        said.append(
            f"{one.name} is over {shown(-lead.mean)} days before {first.name}, which is no gain: "
            f"gates failed {here.failed} of its {here.waves} waves of {', '.join(failing)} "
            f"({usual.failed} of {usual.waves} with {first.name}). That a wave failed was known "
            f"{shown(here.days_to_fail)} days after its last release, since too few were confirmed "
            "once enough were settled; that one passes took "
            f"{shown(usual.days_to_pass if usual.passed else here.days_to_pass)} days, since a "
            "pass waits for devices of full age. A campaign that its gate holds is "
            f"{answer} (the scenario's hold policy); {shown(_unconfirmed(one))} devices are not "
            f"confirmed in the end, against {shown(_unconfirmed(first))}."
        )
    return tuple(said)


def _failing(outcomes: Sequence[Outcome]) -> list[str]:
    """The campaigns of which a gate failed a wave."""
    waves = pl.concat([one.waves for one in outcomes]).filter(pl.col("state") == "FAILED")
    return sorted(waves["campaign_id"].unique())


def _unconfirmed(one: Found) -> float:
    """Devices of the whole fleet that campaigns leave unconfirmed, the mean over seeds."""
    return fmean(
        sum(campaign.shortfall for campaign in outcome.header.campaigns) * outcome.header.weight
        for outcome in one.outcomes
    )


def _mean(days: list[int]) -> float:
    return fmean(days) if days else 0.0


def _days(days: float, waves: int) -> str:
    return shown(days) if waves else "–"
