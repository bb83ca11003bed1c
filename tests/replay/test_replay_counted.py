"""A finished run under a plan whose first wave takes a count: lots are drawn in a replay, too."""

from msgspec.structs import replace

from tests.campaign.campaign_samples import C
from tests.campaign.test_campaign_counted import counted
from tests.replay.replay_toy import HUBS, METERS, mended_run, pair_of, recorded_run
from twin.events.programme import MembershipFrozen
from twin.vocabulary import CampaignState

COUNTED = replace(HUBS, waves=(counted("first", 20), *HUBS.waves))


def test_another_plan_by_count_is_drawn_approved_and_released() -> None:
    """The approval was given two ticks before these members are frozen: it waits for them."""
    other = pair_of(recorded_run(mended_run((HUBS, METERS), days=70)), COUNTED).other
    (froze,) = [
        event.fact
        for event in other.events
        if event.key == C and isinstance(event.fact, MembershipFrozen)
    ]
    assert froze.members[0] == 20
    assert other.campaigns[C].state in (CampaignState.HELD, CampaignState.FINISHED)
    assert other.counts[C].of_wave(1).settled > 0


def test_a_run_by_count_is_replayed_byte_for_byte() -> None:
    run = mended_run((COUNTED, METERS), days=70)
    course = pair_of(recorded_run(run), None).then
    assert [e.fact for e in course.events if e.key == C] == [
        fact for _, fact in run.log if fact.campaign_id == C
    ]
