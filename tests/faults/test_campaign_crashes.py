"""The worker dies while campaigns start, release and abort: the same decisions, 200 schedules.

Every step that leaves something behind is a line at which it may die: each record sent, each
batch, each write of the table. The schedules of a scenario die before every one of its lines, and
at steps by chance besides; each is made from its seed, which a failure names.
"""

import random
from collections.abc import Mapping
from functools import cache
from os import environ
from typing import Any, Final, NamedTuple

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import BEGIN, Step, activated, all_confirm
from tests.campaign.campaign_samples import DAY, PLAN, C, command, rest_wave, wave
from tests.campaign.test_campaign_counted import counted
from tests.campaign.test_campaign_dated import dated_field
from tests.streams.paper_twin import PaperTwin
from twin.campaign.commands import Command
from twin.campaign.dated import Activation
from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan
from twin.campaign.windows import Window
from twin.events.requests import FieldRequest, RequestKind
from twin.vocabulary import CampaignState as S
from twin.vocabulary import CspRegion

SCHEDULES: Final = 200
"""Of all scenarios together; what their deaths left over is died of one by one besides."""
FIRST_SEED: Final = int(environ.get("TWIN_SCHEDULE_SEED", "20171201"))
"""The first of the seeds that are tried."""
HOMES, TICKS = 24, 16
WORKING_DAYS: Final = (
    Window(days=("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00"),
)
OWN: Final = replace(PLAN, approval_required=False)
PACED: Final = replace(
    OWN,
    waves=(wave("canary", 0.2), rest_wave("all")),
    pacing=Pace(per_day=18, per_region={"North": 12}),
    windows=WORKING_DAYS,
)
COUNTED: Final = replace(
    OWN, waves=(counted("north", 5, regions=(CspRegion.NORTH,), soak_days=0), rest_wave("all"))
)
DATED: Final = replace(OWN, activation=Activation(at=BEGIN + 90 * DAY))


class Scenario(NamedTuple):
    """A campaign and what is commanded on the way; the state it must come to."""

    plan: Plan
    commands: Mapping[int, Command]
    ends_in: S


def slow(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Some images take days to arrive, so that an abort finds executions in every state.

    The DCC answers at once. Where it does not the twin says so, and whether a command between two
    ticks counts that word already depends on whether it is folded by then.
    """
    late = random.Random(request.device_id).choice([0, 0, 30, 60])
    first, *rest = all_confirm(request, named)
    return [first, *((hours + late, fact) for hours, fact in rest)]


def failing(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """A third of the devices do not activate."""
    fails = random.Random(request.device_id).random() < 0.34
    if request.kind is RequestKind.ACTIVATE:
        return activated(request, named, fails=fails)
    return all_confirm(request, named)


def _told(*given: tuple[int, str]) -> dict[int, Command]:
    return {
        tick: command(name, nth, cause="incident" if name != "resume" else "cleared")
        for nth, (tick, name) in enumerate(given, start=1)
    }


SCENARIOS: Final[dict[str, tuple[Scenario, Any]]] = {
    "released": (Scenario(OWN, {}, S.FINISHED), all_confirm),
    "paced": (Scenario(PACED, _told((7, "hold"), (8, "resume")), S.FINISHED), all_confirm),
    "counted": (Scenario(COUNTED, {}, S.FINISHED), all_confirm),
    "aborted": (Scenario(OWN, _told((6, "abort")), S.ABORTED), slow),
    "aborted_paced": (Scenario(PACED, _told((6, "abort")), S.ABORTED), slow),
    "aborted_dated": (Scenario(DATED, _told((7, "abort")), S.ABORTED), dated_field),
    "stopped": (Scenario(OWN, _told((5, "hold"), (6, "stop")), S.STOPPED), slow),
    "aborted_by_gate": (Scenario(replace(OWN, on_reject="abort"), {}, S.ABORTED), failing),
}


def twin_of(
    name: str, dies_at: tuple[int, ...] = (), dies_before: frozenset[str] = frozenset()
) -> PaperTwin:
    scenario, behaviour = SCENARIOS[name]
    return PaperTwin(
        (scenario.plan,),
        homes=HOMES,
        behaviour=behaviour,
        dies_at=dies_at,
        dies_before=dies_before,
    )


class Undisturbed(NamedTuple):
    """What a scenario leaves behind, the steps between which it starts and is over, and its lines.

    `passed` are the states that the campaign comes through.
    """

    left: dict[str, Any]
    first: int
    last: int
    lines: tuple[str, ...]
    passed: frozenset[S]


@cache
def undisturbed(name: str) -> Undisturbed:
    twin = twin_of(name)
    before = twin.run(TICKS, SCENARIOS[name][0].commands)
    assert twin.states == {C: SCENARIOS[name][0].ends_in}
    lines = tuple(dict.fromkeys(twin.log.lines[before[1] :]))
    return Undisturbed(twin.left(), before[1], twin.log.steps, lines, frozenset(twin.passed(C)))


def died(name: str, seed: int, lines: frozenset[str], numbers: tuple[int, ...]) -> frozenset[str]:
    """Run a schedule, which must change nothing; those of its lines that no step came to."""
    twin = twin_of(name, numbers, lines)
    twin.run(TICKS, SCENARIOS[name][0].commands)
    assert twin.deaths >= 1, (seed, name, numbers, lines)
    assert twin.left() == undisturbed(name).left, (seed, name, numbers, lines)
    return twin.log.outlived


@pytest.mark.peer_fault("PF-ours-18", "PF-ours-19", "PF-ours-20")
@pytest.mark.faults
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_no_schedule_of_deaths_changes_a_decision(name: str) -> None:
    """One death changes what is sent together later, so a few lines are left for the last."""
    each, scenario = SCHEDULES // len(SCENARIOS), undisturbed(name)
    first_seed = FIRST_SEED + sorted(SCENARIOS).index(name) * each
    lines = list(scenario.lines)
    random.Random(first_seed).shuffle(lines)
    left_over: frozenset[str] = frozenset()
    for nth in range(each - 1):
        chance = random.Random(first_seed + nth)
        numbers = chance.sample(range(scenario.first, scenario.last), k=chance.randint(0, 3))
        share = frozenset(lines[nth :: each - 1])
        left_over |= died(name, first_seed + nth, share, tuple(numbers))
    assert len(left_over) < len(lines) // 5
    for line in sorted(left_over):
        assert not died(name, first_seed + each - 1, frozenset([line]), ()), (name, line)


def test_the_scenarios_come_through_the_states_that_are_died_in() -> None:
    """Else no schedule would prove anything of these."""
    passed = {name: undisturbed(name).passed for name in SCENARIOS}
    assert all({S.STARTING, S.RUNNING} <= states for states in passed.values())
    assert {name for name, states in passed.items() if S.ABORTING in states} == {
        "aborted", "aborted_paced", "aborted_dated", "aborted_by_gate",
    }  # fmt: skip
    assert S.HELD in passed["paced"]
    assert S.STOPPING in passed["stopped"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario_comes_to_its_end_undisturbed(name: str) -> None:
    scenario = undisturbed(name)
    assert scenario.last - scenario.first > 50
    assert scenario.left["requests"]


@pytest.mark.peer_fault("PF-ours-20")
def test_one_death_at_a_time_in_a_paced_abort() -> None:
    """Every step of one scenario in turn would take long here; each seventh is tried."""
    expected, first, last, *_ = undisturbed("aborted_paced")
    for nth in range(first, last, 7):
        twin = twin_of("aborted_paced", (nth,))
        twin.run(TICKS, SCENARIOS["aborted_paced"][0].commands)
        assert twin.left() == expected, nth


@pytest.mark.peer_fault("PF-ours-18")
def test_one_death_at_a_time_while_lots_are_drawn() -> None:
    """From the plan to the freeze: every device keeps its wave, and each count is met."""
    drawn, ticks = twin_of("counted"), 7
    before = drawn.run(ticks)
    expected = drawn.left()
    frozen = [value for value in expected["decisions"] if b"membership-frozen" in value]
    assert [b'"members":[5,19]' in value for value in frozen] == [True]
    for nth in range(before[1], drawn.log.steps, 5):
        twin = twin_of("counted", (nth,))
        twin.run(ticks)
        assert twin.deaths == 1
        assert twin.left() == expected, nth
