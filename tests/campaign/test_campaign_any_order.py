"""Whatever is commanded, counted or told, in whatever order: no error, and nothing taken back."""

import itertools

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_samples import (
    DAY,
    FACTS_TO,
    HASH,
    MIDNIGHT,
    OTHER,
    PLAN,
    RULE,
    S,
    count,
)
from tests.campaign.commanding import COMMANDS, COUNTS, REVISED, whole
from tests.campaign.spec import Spec, in_state, valid_on_the_wire
from twin.campaign.commands import Command, Standing, decide_command
from twin.campaign.plan import plan_hash
from twin.campaign.state import Campaign
from twin.events.programme import WaveReleased
from twin.vocabulary import EndBehaviour, HoldReason

FACTS = [fact for facts in FACTS_TO.values() for fact in facts]
PARTS = ("requested", "verified", "activated", "retrying", "confirmed", "failed", "decommissioned")
SOUND = st.builds(
    lambda awaiting, parts: count(awaiting + sum(parts.values()), **parts),
    st.integers(0, 30),
    st.fixed_dictionaries(dict.fromkeys(PARTS, st.integers(0, 9))),
)
ANY_COUNT = SOUND | st.builds(count, st.integers(0, 30), confirmed=st.integers(0, 40))
TICK = st.fixed_dictionaries({1: ANY_COUNT, 2: ANY_COUNT})
OPERATE = st.builds(
    lambda name, nth, changes: whole(name, nth, **changes),
    st.sampled_from(COMMANDS),
    st.integers(1, 12),
    st.fixed_dictionaries(
        {},
        optional={
            "reason": st.sampled_from(HoldReason),
            "expected_version": st.integers(0, 20),
            "plan": st.sampled_from([PLAN, REVISED]),
            "plan_hash": st.sampled_from([HASH, plan_hash(REVISED)]),
        },
    ),
)
PLANS = [
    PLAN,
    replace(
        PLAN,
        on_reject="abort",
        ends_on=(MIDNIGHT + 8 * DAY).date(),
        end_behaviour=EndBehaviour.RECALL,
    ),
    replace(PLAN, gate=replace(RULE, kind="sequential", strata=("model",)), after=OTHER),
]


@pytest.mark.peer_fault("PF-tuf-11")
@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.sampled_from(S),
    st.sampled_from(PLANS),
    st.lists(st.one_of(OPERATE, TICK, st.sampled_from(FACTS)), max_size=25),
)
def test_no_sequence_of_commands_ticks_and_facts_ever_raises(state, plan, steps):
    """Not even foolish facts in a wrong order, or counts that do not add up."""
    spec = in_state(state, plan)
    spec.others = {OTHER: S.FINISHED}
    for tick, step in enumerate(steps, start=2):
        before = spec.campaign
        if isinstance(step, Command):
            spec.command(step, tick=tick, counts=COUNTS)
        elif isinstance(step, dict):
            spec.tick(tick, step)
        else:
            spec.given(step)
            continue
        valid_on_the_wire(spec.facts)
        _nothing_is_taken_back(before, spec)


def _nothing_is_taken_back(before: Campaign, spec: Spec) -> None:
    """What is released stays released, and only a campaign under way releases anything."""
    after = spec.campaign
    assert after.version == before.version + len(spec.facts)
    if after.plan_version == before.plan_version:
        pairs = zip(before.waves, after.waves, strict=True)
        assert all(old.upto <= new.upto for old, new in pairs)
    if before.state not in (S.AWAITING_APPROVAL, S.READY, S.STARTING, S.RUNNING):
        assert not any(isinstance(fact, WaveReleased) for fact in spec.facts)


def test_a_command_is_decided_by_what_it_is_given_alone():
    """Neither a clock nor an earlier call: the same arguments give the same bytes."""
    standing = Standing({OTHER: S.READY}, COUNTS, 2)
    for state, name in itertools.product(FACTS_TO, COMMANDS):
        asked = whole(name)
        one, other = (
            decide_command(campaign=in_state(state).campaign, command=asked, standing=standing)
            for _ in range(2)
        )
        assert msgspec.json.encode(one) == msgspec.json.encode(other)
