"""The three options of the consultation on one fleet, with one luck (paragraphs 19 to 26)."""

from datetime import UTC, datetime
from statistics import median

import pytest
from msgspec import Struct
from msgspec.structs import replace

from twin.events.envelope import Event
from twin.events.pairing import (
    InstallCodeEntered,
    PairingAbandoned,
    PairingCompleted,
    PairingFailed,
    PairingStarted,
)
from twin.fleet.field import Field
from twin.fleet.living.policy import Policy
from twin.fleet.numbers.assumptions import shipped
from twin.fleet.numbers.pairing_rows import shipped_pairing
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import PairingFault, PairingRoute, ProgrammeOption

STARTS = datetime(2017, 7, 1, tzinfo=UTC)
ENDS = datetime(2018, 1, 1, tzinfo=UTC)
NONE, GB_CADS, ZIGBEE = ProgrammeOption


class Outcome(Struct, frozen=True, kw_only=True):
    """What an option comes to."""

    completed: dict[PairingRoute, int]
    failed_share: dict[PairingRoute, float]
    median_seconds: dict[PairingRoute, float]
    causes: frozenset[PairingFault]
    codes: int


def outcome_of(events: list[Event]) -> Outcome:
    facts = [event.fact for event in events]
    completed = [fact for fact in facts if isinstance(fact, PairingCompleted)]
    failed = [fact for fact in facts if isinstance(fact, PairingFailed | PairingAbandoned)]
    seconds = {
        route: [fact.duration_s for fact in completed if fact.route is route]
        for route in PairingRoute
    }
    return Outcome(
        completed={route: len(found) for route, found in seconds.items()},
        failed_share={
            route: sum(ended) / len(ended)
            for route in PairingRoute
            if (ended := [fact in failed for fact in (*failed, *completed) if fact.route is route])
        },
        median_seconds={route: median(found) for route, found in seconds.items() if found},
        causes=frozenset(fact.cause for fact in failed if isinstance(fact, PairingFailed)),
        codes=sum(isinstance(fact, InstallCodeEntered) for fact in facts),
    )


@pytest.fixture(scope="module")
def runs() -> dict[ProgrammeOption, list[Event]]:
    """The same fleet under each option; CADs are wanted more often than by default."""
    told = {}
    for option in ProgrammeOption:
        field = Field(
            assumptions=replace(shipped(), cad_demand_rate=1.5),
            catalogue=shipped_catalogue(),
            premises=1_200,
            seed=2017,
            starts=STARTS,
            ends=ENDS,
            policy=Policy(option=option),
        )
        told[option] = field.advance(until=ENDS, requests=())
    return told


@pytest.fixture(scope="module")
def outcomes(runs) -> dict[ProgrammeOption, Outcome]:
    return {option: outcome_of(events) for option, events in runs.items()}


def test_the_options_are_compared_by_route_failure_and_duration(outcomes):
    """The quantities of the comparison, with the order that the source expects of them."""
    none, gb_cads, zigbee = (outcomes[option] for option in ProgrammeOption)
    local = [found.completed[PairingRoute.LOCAL] for found in (none, gb_cads, zigbee)]
    assert local[0] == 0 < local[1] < local[2]
    remote = [found.completed[PairingRoute.REMOTE] for found in (none, gb_cads, zigbee)]
    assert remote[0] > remote[2]
    assert remote[1] > remote[2]
    total = [sum(found.completed.values()) for found in (none, gb_cads, zigbee)]
    assert total[2] == max(total)
    failed = [found.failed_share[PairingRoute.LOCAL] for found in (none, gb_cads, zigbee)]
    assert failed[0] == 1 > failed[1] > failed[2]
    confirmed, typed = (found.median_seconds[PairingRoute.LOCAL] for found in (gb_cads, zigbee))
    assert confirmed < 0.6 * typed  # a MAC address is looked at, a code is typed (paragraph 25)
    assert typed < zigbee.median_seconds[PairingRoute.REMOTE]


@pytest.mark.rule("BR04")
def test_option_1_offers_no_local_pairing(outcomes):
    assert PairingFault.NOT_OFFERED in outcomes[NONE].causes
    assert PairingFault.NOT_CAPABLE not in outcomes[NONE].causes
    assert outcomes[NONE].codes == 0


def test_option_2_needs_no_code_but_a_gb_specific_cad(runs, outcomes):
    assert PairingFault.NOT_OFFERED in outcomes[GB_CADS].causes
    assert outcomes[GB_CADS].codes == 0
    lengths = {
        event.fact.code_length
        for event in runs[GB_CADS]
        if isinstance(event.fact, PairingCompleted) and event.fact.route is PairingRoute.LOCAL
    }
    assert lengths == {None}


def test_option_2_comes_later(runs):
    """The most time-consuming option (paragraph 23): before its day nobody pairs locally."""
    day = shipped_pairing().gb_specific_available_from
    moments = {
        option: min(
            event.occurred_at.date()
            for event in runs[option]
            if isinstance(event.fact, PairingCompleted) and event.fact.route is PairingRoute.LOCAL
        )
        for option in (GB_CADS, ZIGBEE)
    }
    assert moments[ZIGBEE] < day <= moments[GB_CADS]


def test_option_3_refuses_nobody_for_want_of_an_offer(outcomes):
    causes = outcomes[ZIGBEE].causes
    assert not causes & {PairingFault.NOT_OFFERED, PairingFault.ADDRESS_NOT_CONFIRMED}
    assert outcomes[ZIGBEE].codes > outcomes[ZIGBEE].completed[PairingRoute.LOCAL]


def test_the_options_share_their_luck(runs):
    """Who wants a CAD, and when, is the same; who pairs remotely does so alike."""
    first: dict[ProgrammeOption, dict[str, Event]] = {}
    for option, events in runs.items():
        started = first.setdefault(option, {})
        for event in events:
            if isinstance(event.fact, PairingStarted):
                started.setdefault(event.key, event)
    alike = [
        key
        for key, event in first[ZIGBEE].items()
        if event.fact.route is PairingRoute.REMOTE and key in first[NONE]
    ]
    assert len(alike) > 100
    for key in alike:
        if first[NONE][key].fact.route is PairingRoute.REMOTE:
            assert first[NONE][key].fact == first[ZIGBEE][key].fact
            assert first[NONE][key].occurred_at == first[ZIGBEE][key].occurred_at
    assert set(first[NONE]) < set(first[ZIGBEE])
