"""Overrides: an operator accepts what a gate found, for one wave, and no more than that."""

from msgspec.structs import replace

from tests.campaign.campaign_samples import (
    BAD_MODEL,
    MODEL,
    PLAN,
    RULE,
    START,
    S,
    advanced,
    count,
    gate,
    held,
    released,
    resumed,
    stratum_count,
    without,
)
from tests.campaign.commanding import whole
from tests.campaign.spec import Spec
from tests.campaign.test_campaign_ticks import CONTINUE, REJECT, REST, canary_out
from twin.campaign.tallies import CampaignCounts
from twin.events.programme import GateEvaluated
from twin.vocabulary import CampaignState, HoldReason, WaveState


def overridden(at: int = 5) -> Spec:
    bad = count(100, confirmed=8, failed=2)
    spec = canary_out().tick(3, {1: bad})
    return spec.given(resumed(at, HoldReason.ERROR_GATE))


def test_an_override_is_not_asked_for_again_at_the_same_counts():
    bad = count(100, confirmed=8, failed=2)
    spec = overridden().tick(6, {1: bad}).then(gate(1, CONTINUE, "in_flight", bad, 6))
    spec.tick(7, {1: bad}).then()
    assert spec.campaign.state is CampaignState.RUNNING


def test_an_override_accepts_what_it_found_plus_the_tolerance_and_no_more():
    spec = overridden().tick(6, {1: count(100, confirmed=8, failed=2)})
    spec.tick(7, {1: count(100, confirmed=7, failed=3)}).then()
    worse = count(100, confirmed=13, failed=7)
    spec.tick(8, {1: worse}).then(
        gate(1, REJECT, "errors_above", worse, 8, replace(RULE, errors_above=0.2 + 0.1)),
        held(HoldReason.ERROR_GATE, 8, in_flight=0),
    )
    spec.given(resumed(8, HoldReason.ERROR_GATE)).tick(9, {1: worse})
    assert spec.campaign.state is CampaignState.RUNNING


def test_counts_that_got_worse_before_the_resume_are_what_it_accepts():
    much_worse = count(100, confirmed=5, failed=5)
    spec = overridden().tick(6, {1: much_worse}).tick(7, {1: much_worse})
    assert spec.campaign.state is CampaignState.RUNNING
    assert spec.campaign.waves[0].tolerated == 0.5


def test_an_override_ends_with_its_wave():
    good = count(100, confirmed=95, failed=5)
    bad = count(900, confirmed=80, failed=20)
    spec = overridden().tick(6, {1: good, 2: REST}).tick(7, {1: good, 2: REST})
    assert spec.tick(8, {1: good, 2: bad}).facts[-1] == held(HoldReason.ERROR_GATE, 8, in_flight=0)


def test_what_no_longer_rejects_at_the_resume_is_not_overridden():
    bad, better = count(100, confirmed=8, failed=2), count(100, confirmed=48, failed=2)
    spec = canary_out().tick(3, {1: bad}).tick(4, {1: better})
    spec.given(resumed(4, HoldReason.ERROR_GATE)).tick(5, {1: better}).then()
    worse = count(100, confirmed=48, failed=12)
    spec.tick(6, {1: worse})
    assert spec.facts[-1] == held(HoldReason.ERROR_GATE, 6, in_flight=0)


def test_an_operator_goes_on_over_the_head_of_the_gate_whose_word_is_kept():
    half = {1: count(100, confirmed=50), 2: REST}
    spec = canary_out().tick(5, half)
    spec.command(whole("advance"), tick=5)
    assert spec.facts[0] == advanced(1, CONTINUE, 5)
    assert spec.campaign.waves[0].state is WaveState.SKIPPED
    spec.tick(5, half).then()
    spec.tick(6, half)
    assert spec.facts[0] == released(2, 1 / 3, complete=False, tick=6)


def test_advanced_over_the_last_wave_it_finishes_with_what_is_known():
    counts = {1: count(100, confirmed=100), 2: count(900, confirmed=600, requested=300)}
    spec = canary_out().tick(4, counts).tick(5, counts).tick(6, counts).tick(7, counts)
    spec.command(whole("advance"), tick=7).tick(8, counts)
    (end,) = spec.facts
    assert (end.outcome, end.shortfall) == ("SHORTFALL", 300)


BY_MODEL = replace(
    PLAN, gate=replace(RULE, kind="sequential", strata=("model",), errors_above=0.05)
)
NEXT_MODEL = "1234-000000BE"


def models(**failed: int) -> CampaignCounts:
    """A canary of 1,000 good devices, and 100 of each bad model with so many failures."""
    counted = count(1000, confirmed=900, failed=10, requested=90)
    good = stratum_count(counted, day=START.toordinal() + 2)
    strata = {f"North|S01|{MODEL}": good}
    for name, errors in failed.items():
        model = {"bad": BAD_MODEL, "next": NEXT_MODEL}[name]
        counted = count(100, confirmed=100 - errors, failed=errors)
        strata[f"North|S01|{model}"] = stratum_count(counted, day=START.toordinal() + 2)
    return CampaignCounts({1: strata, 2: {f"North|S01|{MODEL}": stratum_count(REST)}})


def word(spec: Spec) -> GateEvaluated:
    (found,) = [fact for fact in spec.facts if isinstance(fact, GateEvaluated)]
    return found


def test_one_bad_model_is_named_excluded_and_the_gate_clean_without_it():
    spec = canary_out(BY_MODEL).tick(4, models(bad=40))
    assert (word(spec).decision, word(spec).stratum) == (REJECT, f"model:{BAD_MODEL}")
    assert (word(spec).n, word(spec).k) == (100, 40)
    spec.command(whole("exclude"), tick=4)
    assert spec.facts[0] == without(BAD_MODEL, 4)
    spec.tick(5, models(bad=40))
    assert word(spec).stratum is None
    assert word(spec).decision is not REJECT
    assert (word(spec).members, word(spec).errors) == (1000, 10)
    assert spec.campaign.state is S.HELD, "an exclusion resumes nothing by itself"
    spec.command(whole("resume", 2, reason=HoldReason.ERROR_GATE), tick=5)
    assert spec.campaign.state is S.RUNNING


def test_behind_one_bad_model_the_next_is_named():
    """Else whoever looks for the name of the culprit would find the excluded one for ever."""
    counts = models(bad=60, next=40)
    spec = canary_out(BY_MODEL).tick(4, counts)
    assert word(spec).stratum == f"model:{BAD_MODEL}"
    spec.command(whole("exclude"), tick=4).tick(5, counts)
    assert (word(spec).decision, word(spec).stratum) == (REJECT, f"model:{NEXT_MODEL}")
    spec.command(whole("exclude", 2, model=NEXT_MODEL), tick=5).tick(6, counts)
    assert word(spec).decision is not REJECT


def test_an_override_of_a_stratum_accepts_that_stratum():
    """Its rate is far above the whole's: measured by that, the hold would come back each day."""
    spec = canary_out(BY_MODEL).tick(4, models(bad=40)).tick(5, models(bad=40))
    spec.given(resumed(5, HoldReason.ERROR_GATE))
    for tick in range(6, 9):
        spec.tick(tick, models(bad=40))
        assert spec.campaign.state is S.RUNNING
    spec.tick(9, models(bad=95))
    assert spec.campaign.holds == (HoldReason.ERROR_GATE,)
