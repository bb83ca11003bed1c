"""The Privacy PIN in use: who sets which, what asks for it, what three interventions do (Q9)."""

from collections import Counter, defaultdict

import pytest
from msgspec.structs import replace
from pairing_stage import NOON, town

from twin.events.joining import DeviceJoined, JoinSucceeded
from twin.events.pins import (
    PrivacyPinChanged,
    PrivacyPinCleared,
    PrivacyPinDisabled,
    PrivacyPinEntered,
    PrivacyPinSet,
    UnauthorisedPairingAttempted,
)
from twin.fleet.living.policy import Policy
from twin.fleet.numbers.assumptions import shipped
from twin.fleet.numbers.pairing_rows import TOP, shipped_pairing
from twin.fleet.numbers.shapes import ByKey
from twin.fleet.people.intruders import guesses_to_hit
from twin.vocabulary import (
    IntruderOutcome,
    PinClass,
    PinIntervention,
    PinPurpose,
    PremisesType,
    ProgrammeOption,
    Role,
)

PREMISES = 1_500
CHOSEN = (PrivacyPinSet, PrivacyPinChanged)
GONE = (PrivacyPinCleared, PrivacyPinDisabled)


@pytest.fixture(scope="module")
def towns():
    """The same people under each intervention; all meters are in reach of intruders."""
    rows = replace(shipped_pairing(), intruder_rate=1.0)
    everywhere = ByKey(tuple(PremisesType), (1.0,) * len(PremisesType))
    rules = replace(shipped(), cad_demand_rate=0.0, shared_meter_space_share=everywhere)
    return {
        by: town(PREMISES, policy=Policy(intervention=by), rules=rules, rows=rows)
        for by in PinIntervention
    }


def told(towns, by: PinIntervention, *kinds):
    return [event for event in towns[by][1] if isinstance(event.fact, kinds)]


def chose(towns, by: PinIntervention) -> dict[str, PinClass]:
    """The class of the last PIN of each premises that ever had one."""
    return {event.key: event.fact.pin_class for event in told(towns, by, *CHOSEN)}


def paired_share(towns, by: PinIntervention, *, with_pin: bool | None = None) -> float:
    """Share of unauthorised attempts that end with a paired device."""
    outcomes = [
        event.fact.outcome
        for event in told(towns, by, UnauthorisedPairingAttempted)
        if with_pin in (None, event.fact.pin_set)
    ]
    assert len(outcomes) > 100
    return outcomes.count(IntruderOutcome.PAIRED) / len(outcomes)


def test_a_pin_is_set_changed_cleared_and_disabled(towns):
    none = PinIntervention.NONE
    takers = len(told(towns, none, PrivacyPinSet))
    assert takers / PREMISES == pytest.approx(0.20, abs=0.03)
    assert len(told(towns, none, PrivacyPinChanged)) / takers == pytest.approx(0.1, abs=0.05)
    cleared, disabled = (len(told(towns, none, kind)) for kind in GONE)
    assert (cleared + disabled) / takers == pytest.approx(0.15, abs=0.06)
    assert disabled / (cleared + disabled) == pytest.approx(0.4, abs=0.2)


@pytest.mark.rule("BR10")
def test_only_a_supplier_disables_a_pin_from_afar(towns):
    disabled = told(towns, PinIntervention.NONE, PrivacyPinDisabled)
    assert {event.fact.role for event in disabled} == {Role.IMPORT_SUPPLIER}
    assert {event.source.split(":")[2] for event in disabled} == {"dsp"}


def test_classes_are_those_of_the_published_distribution(towns):
    first = {}
    for event in told(towns, PinIntervention.PROMPT_AT_INSTALLATION, PrivacyPinSet):
        first.setdefault(event.key, event.fact.pin_class)
    shares = Counter(first.values())
    for pin_class, share in (("top_1", 0.107), ("top_20", 0.161), ("other", 0.732)):
        assert shares[PinClass(pin_class)] / len(first) == pytest.approx(share, abs=0.035)


@pytest.mark.rule("BR09")
def test_three_purposes_ask_for_a_pin_that_is_set_and_for_none_other():
    _, events = town(800, rules=replace(shipped(), cad_demand_rate=2.0))
    held: dict[str, bool] = defaultdict(bool)
    purposes = set()
    for event in sorted(events, key=lambda event: (event.occurred_at, event.recorded_at)):
        if isinstance(event.fact, CHOSEN):
            held[event.key] = True
        elif isinstance(event.fact, GONE):
            held[event.key] = False
        elif isinstance(event.fact, PrivacyPinEntered) and event.fact.entry == 1:
            assert held[event.key]
            purposes.add(event.fact.purpose)
    assert purposes == set(PinPurpose)


def test_entries_go_on_until_one_is_accepted_or_there_were_three(towns):
    entries = [event.fact for event in told(towns, PinIntervention.NONE, PrivacyPinEntered)]
    assert {fact.entry for fact in entries} == {1, 2, 3}
    wrong = sum(not fact.accepted for fact in entries) / len(entries)
    assert wrong == pytest.approx(0.08, abs=0.02)


def test_a_deny_list_leaves_only_pins_that_few_choose(towns):
    """The chooser falls to another PIN; who sets one at all is as without it."""
    free, denied = (chose(towns, by) for by in (PinIntervention.NONE, PinIntervention.DENY_LIST))
    assert set(free) == set(denied)
    assert set(denied.values()) == {PinClass.OTHER}
    assert PinClass.TOP_1 in free.values()


def test_a_prompt_at_installation_raises_the_take_up(towns):
    free = chose(towns, PinIntervention.NONE)
    prompted = chose(towns, PinIntervention.PROMPT_AT_INSTALLATION)
    assert set(free) < set(prompted)
    assert len(prompted) / PREMISES == pytest.approx(0.6, abs=0.03)


def test_a_pin_by_default_is_there_from_the_installation(towns):
    first = told(towns, PinIntervention.PIN_BY_DEFAULT, PrivacyPinSet)
    at_once = [event for event in first if event.occurred_at.timestamp() == NOON]
    assert len(at_once) == PREMISES
    changed = {
        event.key for event in told(towns, PinIntervention.PIN_BY_DEFAULT, PrivacyPinChanged)
    }
    assert len(changed) / PREMISES == pytest.approx(0.2, abs=0.03)


def test_intruders_come_only_to_shared_meter_spaces():
    world, events = town(500, rows=replace(shipped_pairing(), intruder_rate=2.0))
    tried = {event.key for event in events if isinstance(event.fact, UnauthorisedPairingAttempted)}
    assert tried
    assert all(world.live[key].plan.shared_meter_space for key in tried)


@pytest.mark.rule("BR09")
def test_without_a_pin_nothing_stops_an_intruder(towns):
    attempts = [
        event.fact
        for event in told(towns, PinIntervention.NONE, UnauthorisedPairingAttempted)
        if not event.fact.pin_set
    ]
    outcomes = Counter(fact.outcome for fact in attempts)
    assert set(outcomes) <= {IntruderOutcome.PAIRED, IntruderOutcome.GIVEN_UP}
    assert outcomes[IntruderOutcome.GIVEN_UP] < 0.05 * len(attempts)  # where a log is full
    assert {fact.guesses for fact in attempts} == {0}


def test_the_device_of_an_intruder_joins_hub_and_meter(towns):
    paired = [
        event
        for event in told(towns, PinIntervention.NONE, UnauthorisedPairingAttempted)
        if event.fact.outcome is IntruderOutcome.PAIRED
    ]
    ended = {event.correlation_id for event in paired}
    joined = {event.correlation_id for event in told(towns, PinIntervention.NONE, DeviceJoined)}
    read = {event.correlation_id for event in told(towns, PinIntervention.NONE, JoinSucceeded)}
    assert len(ended) == len(paired) > 100
    assert len(ended - joined) <= 1  # one may be under way at the end
    assert len(ended - read) <= 1


def expected_success(*, denied: bool, classes: dict[PinClass, float]) -> float:
    """By hand: no guess for those put off, else the share of PINs within the guesses."""
    rows = shipped_pairing()
    upto = rows.pin_rank_share.upto
    given = rows.intruder_guesses_share
    before, success = 0.0, 0.0
    for key, reached in zip(given.keys, given.upto, strict=True):
        guesses, share, before = int(key), reached - before, reached
        popular = 0.0 if denied else upto[guesses - 1] / upto[TOP - 1]
        rare = guesses / 9_980 if denied else 0.0
        generic = classes[PinClass.TOP_1] + classes[PinClass.TOP_20]
        success += share * (generic * popular + classes[PinClass.OTHER] * rare)
    return success * (1 - rows.intruder_put_off_share)


def test_with_g_tries_an_intruder_succeeds_by_the_share_of_the_g_likeliest():
    """Section 4: success = cumulative share of the top g where a PIN is set."""
    rows, rules, number = shipped_pairing(), shipped(), 20_000
    needed = []
    for place in range(number):
        pin_class = PinClass(rules.pin_class_share.pick((place + 0.5) / number))
        luck = (place * 0.6180339887) % 1
        needed.append(guesses_to_hit(rows=rows, pin_class=pin_class, uniform=luck, denied=False))
    for guesses, share in ((1, 0.10713), (3, 0.18610), (5, 0.20552), (20, 0.26832)):
        hit = sum(count <= guesses for count in needed) / number
        assert hit == pytest.approx(share, abs=0.003)
    assert max(needed) <= 10_000


def test_intruder_success_falls_under_each_intervention(towns):
    """Question Q9, quantities and all: by how much each intervention protects."""
    free = paired_share(towns, PinIntervention.NONE)
    denied = paired_share(towns, PinIntervention.DENY_LIST)
    prompted = paired_share(towns, PinIntervention.PROMPT_AT_INSTALLATION)
    default = paired_share(towns, PinIntervention.PIN_BY_DEFAULT)
    assert default < prompted < denied < free
    shares = dict(zip(PinClass, (0.10713, 0.16119, 0.73168), strict=True))
    guessed = paired_share(towns, PinIntervention.PROMPT_AT_INSTALLATION, with_pin=True)
    assert guessed == pytest.approx(expected_success(denied=False, classes=shares), abs=0.045)
    only_others = {PinClass.TOP_1: 0.0, PinClass.TOP_20: 0.0, PinClass.OTHER: 1.0}
    ceiling = expected_success(denied=True, classes=only_others)
    assert ceiling < 0.001
    assert paired_share(towns, PinIntervention.DENY_LIST, with_pin=True) < 0.02


@pytest.mark.rule("BR04")
def test_where_no_local_pairing_is_offered_an_intruder_finds_nothing():
    policy = Policy(option=ProgrammeOption.NO_LOCAL_PAIRING)
    rows = replace(shipped_pairing(), intruder_rate=6.0)
    _, events = town(300, policy=policy, rows=rows)
    attempts = [
        event.fact for event in events if isinstance(event.fact, UnauthorisedPairingAttempted)
    ]
    assert {fact.outcome for fact in attempts} == {IntruderOutcome.NOT_CAPABLE}
