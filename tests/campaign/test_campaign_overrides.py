"""Overrides: an operator accepts what a gate found, for one wave, and no more than that."""

from campaign_samples import count, gate, held, resumed
from spec import Spec
from test_campaign_ticks import CONTINUE, REJECT, REST, canary_out

from twin.vocabulary import CampaignState, HoldReason


def overridden(at: int = 3) -> Spec:
    bad = count(100, confirmed=8, failed=2)
    spec = canary_out().tick(1, {1: bad})
    return spec.given(resumed(at, HoldReason.ERROR_GATE))


def test_an_override_is_not_asked_for_again_at_the_same_counts():
    bad = count(100, confirmed=8, failed=2)
    spec = overridden().tick(4, {1: bad}).then(gate(1, CONTINUE, "in_flight", bad, 4))
    spec.tick(5, {1: bad}).then()
    assert spec.campaign.state is CampaignState.RUNNING


def test_an_override_accepts_what_it_found_plus_the_tolerance_and_no_more():
    spec = overridden().tick(4, {1: count(100, confirmed=8, failed=2)})
    spec.tick(5, {1: count(100, confirmed=7, failed=3)}).then()
    worse = count(100, confirmed=13, failed=7)
    spec.tick(6, {1: worse}).then(
        gate(1, REJECT, "errors_above", worse, 6), held(HoldReason.ERROR_GATE, 6)
    )
    spec.given(resumed(6, HoldReason.ERROR_GATE)).tick(7, {1: worse})
    assert spec.campaign.state is CampaignState.RUNNING


def test_counts_that_got_worse_before_the_resume_are_what_it_accepts():
    much_worse = count(100, confirmed=5, failed=5)
    spec = overridden().tick(4, {1: much_worse}).tick(5, {1: much_worse})
    assert spec.campaign.state is CampaignState.RUNNING
    assert spec.campaign.waves[0].tolerated == 0.5


def test_an_override_ends_with_its_wave():
    good = count(100, confirmed=95, failed=5)
    bad = count(900, confirmed=80, failed=20)
    spec = overridden().tick(4, {1: good, 2: REST}).tick(5, {1: good, 2: REST})
    assert spec.tick(6, {1: good, 2: bad}).facts[-1] == held(HoldReason.ERROR_GATE, 6)


def test_what_no_longer_rejects_at_the_resume_is_not_overridden():
    bad, better = count(100, confirmed=8, failed=2), count(100, confirmed=48, failed=2)
    spec = canary_out().tick(1, {1: bad}).tick(2, {1: better})
    spec.given(resumed(2, HoldReason.ERROR_GATE)).tick(3, {1: better}).then()
    worse = count(100, confirmed=48, failed=12)
    spec.tick(4, {1: worse})
    assert spec.facts[-1] == held(HoldReason.ERROR_GATE, 4)
