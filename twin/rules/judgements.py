"""`judge`: every rule that can be judged on the folded state of one premises."""

from collections.abc import Callable
from typing import Final, TypeAlias

from twin.rules.findings import Finding, broken_or_met
from twin.rules.judged_devices import (
    judge_hub_log,
    judge_hubs,
    judge_logs,
    judge_unknown_devices,
)
from twin.rules.judged_firmware import judge_belief, judge_local_pairings, judge_outages
from twin.rules.judged_licence import judge_connection, judge_provision
from twin.rules.judged_radio import (
    judge_channels,
    judge_links,
    judge_meter_band,
    judge_single_band_hub,
)
from twin.rules.marks import rule
from twin.state.premises import Premises


@rule("BR41")
def judge_gaps(*, premises: Premises) -> tuple[Finding, ...]:
    """No source left a gap in its numbers; one that stayed open is reported."""
    return broken_or_met(
        rule="BR41",
        check="numbers of sources",
        subject=premises.premises_id,
        broken=tuple(
            (premises.premises_id, f"numbers {gap.first} to {gap.last} of {gap.source} never came")
            for gap in premises.gaps
        ),
        met="no number of a source is missing for good",
    )


def judge_breaches(*, premises: Premises) -> tuple[Finding, ...]:
    """Facts that broke a rule by themselves, as the fold counted them: any rule may be named."""
    return tuple(
        Finding(
            rule_id,
            "facts against the rule",
            premises.premises_id,
            "broken",
            f"{times} facts broke the rule and changed nothing",
        )
        for rule_id, times in sorted(premises.breaches.items())
    )


Judging: TypeAlias = Callable[..., tuple[Finding, ...]]
JUDGING: Final[tuple[Judging, ...]] = (
    judge_local_pairings,
    judge_meter_band,
    judge_provision,
    judge_connection,
    judge_single_band_hub,
    judge_links,
    judge_channels,
    judge_logs,
    judge_hub_log,
    judge_belief,
    judge_outages,
    judge_gaps,
    judge_hubs,
    judge_unknown_devices,
    judge_breaches,
)


def judge(*, premises: Premises) -> tuple[Finding, ...]:
    """Every finding on a premises, in the order of `JUDGING`; pure, and the same each time."""
    return tuple(finding for judging in JUDGING for finding in judging(premises=premises))
