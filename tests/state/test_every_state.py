"""Every reachable state: 10,000 random histories a family, legal and illegal, through `evolve`.

Of each history: no exception; its order does not matter; facts that break a rule are counted by
rule and change nothing else; the invariants hold that no sequence of facts may break.
"""

import re
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from tests.state.histories import evolved, numbered, records, run
from tests.state.random_facts import FAMILIES, SOURCES, TARGET_OF, TYPE_OF, fact_of
from twin.events.envelope import Event
from twin.events.registry import PREMISES_TYPES
from twin.state.band_changes import bands_changed
from twin.state.devices import Device
from twin.state.entry import decode_entry, encode_entry
from twin.state.evolve import CHANGES
from twin.state.legality import CHANNELS, OUTAGE_TOLD_FROM, breach_of
from twin.state.lifecycle_changes import OUTAGES_KEPT
from twin.state.pin_changes import pins_changed
from twin.state.premises import PairingAttempt, Premises
from twin.state.sub_ghz_changes import CHANNEL_CHANGES_KEPT
from twin.vocabulary import Band, BandReason, DeviceType, ExecutionState, JoinResponse
from twin.vocabulary.join_methods import TYPE_2, method_of

SEED = 2017
HISTORIES = 10_000
MIXED = 1_000
LONGEST = 9


def history(rng: Random, family: str, *, longest: int = LONGEST) -> list[Event]:
    """A random history of one family's facts; every other one is about two devices only."""
    types = FAMILIES[family]
    few = rng.sample(sorted(TYPE_OF), 2 * rng.randint(0, 1))

    def pick(words: Sequence[Any]) -> Any:
        return rng.choice([word for word in few if word in words] or words)

    return numbered(
        (rng.choice(SOURCES), rng.randrange(8), fact_of(rng.choice(types), pick))
        for _ in range(rng.randint(1, longest))
    )


def rules_broken(events: list[Event]) -> Counter[str]:
    """How many facts break which rule by themselves."""
    found = (breach_of(event=event, fact=event.fact) for event in events)  # type: ignore[arg-type]
    return Counter(rule for rule in found if rule is not None)


@pytest.mark.rule("BR41")
@pytest.mark.parametrize("family", FAMILIES)
def test_ten_thousand_histories(family: str) -> None:
    rng = Random(f"{SEED}|{family}")
    broken: Counter[str] = Counter()
    for number in range(HISTORIES):
        events = history(rng, family)
        where = f"seed {SEED}, {family}, history {number}"
        premises = evolved(events)
        rules = rules_broken(events)
        assert premises.breaches == rules, where
        assert evolved(rng.sample(events, len(events))) == premises, where
        kept = [e for e in events if breach_of(event=e, fact=e.fact) is None]  # type: ignore[arg-type]
        assert evolved(kept) == replace(premises, breaches={}), where
        check(premises, where)
        broken += rules
    print(f"seed {SEED}, {family}: {HISTORIES} histories, broken {dict(sorted(broken.items()))}")
    # in the pairing family one type can break a rule by itself, in the others several
    assert broken.total() > HISTORIES / 10 or family == "messages"


@pytest.mark.rule("BR41")
def test_histories_of_all_families_by_records() -> None:
    """Through `step`, so that a legal and an illegal fact have the same verdict and place."""
    rng = Random(SEED)
    for number in range(MIXED):
        families = [rng.choice(list(FAMILIES)) for _ in range(4)]
        events = numbered(
            (rng.choice(SOURCES), rng.randrange(8), e.fact)  # type: ignore[misc]
            for family in families
            for e in history(rng, family, longest=6)
        )
        where = f"seed {SEED}, mixed history {number}"
        entry = run(records(events))
        assert entry.applied == len(events), where
        assert entry.premises.breaches == rules_broken(events), where
        assert decode_entry(encode_entry(entry)) == entry, where
        check(entry.premises, where)


def check(premises: Premises, where: str) -> None:
    """The invariants that hold in every state, whatever was told."""
    for device in premises.devices.values():
        check_band(device, where)
        check_firmware(device, where)
        for partner in device.partners.values():
            if partner.word == "failed":
                assert partner.response != JoinResponse.SUCCESS, where
            elif partner.word == "joined":
                assert partner.device_type is not None, where
                kinds = {"device": device.device_type, "partner": partner.device_type}
                assert method_of(**kinds) is not None, where
        assert device.exchange is None or device.exchange.replaced_device_id != device.device_id
    check_air(premises, where)
    for attempt in premises.pairings.values():
        check_attempt(attempt, where)
    assert list(premises.outages) == sorted(premises.outages)[-OUTAGES_KEPT:], where
    assert all(outage.minutes >= OUTAGE_TOLD_FROM for outage in premises.outages), where
    assert premises.intruders_paired <= premises.intruders, where
    assert all(re.fullmatch(r"BR\d\d", rule) for rule in premises.breaches), where


def check_band(device: Device, where: str) -> None:
    """BR11, BR12, BR14, BR15."""
    kind, link, high = device.device_type, device.link, device.high_bandwidth
    if link is not None:
        assert (link.band is Band.ALTERNATIVE_HAN) is (link.reason is BandReason.NO_BAND), where
        if link.band is Band.SUB_GHZ:
            assert kind is not DeviceType.ESME, where
            impracticable = link.reason is BandReason.TECHNICALLY_IMPRACTICABLE
            assert kind is not DeviceType.IHD or impracticable, where
    assert high is None or high.word != "open" or kind is not DeviceType.ESME, where


def check_firmware(device: Device, where: str) -> None:
    """BR32, BR35, BR38, and executions that end as the campaign counts them."""
    told = (device.truth, device.belief, device.model, device.image, device.mismatch)
    by_entry = device.belief is not None and device.belief.evidence == "inventory"
    campaigns = {**device.executions, **device.enrolments}
    assert device.device_type not in TYPE_2 or not (any(told) or campaigns), where
    for enrolment in device.enrolments.values():
        assert (enrolment.wave is None) is (enrolment.reason is not None), where
        assert 0 <= enrolment.place < 1, where
    if device.belief is not None and not by_entry:
        assert device.truth is not None, where
        assert device.truth.stamp >= device.belief.stamp, where
    for execution in device.executions.values():
        assert execution.target_version in {None, TARGET_OF[device.device_id]}, where
        assert execution.released_at <= execution.requested_at <= execution.reached_at, where
        assert execution.state is not ExecutionState.CONFIRMED, where


def check_air(premises: Premises, where: str) -> None:
    """BR18, BR19."""
    radio = premises.radio
    if (duty := radio.duty_cycle) is not None and duty.percent is not None:
        assert (duty.suspended_device_id is None) is (duty.suspend_minutes is None), where
    if radio.channel is not None:
        assert radio.channel.channel in CHANNELS[radio.channel.page], where
        assert radio.channel_changes, where
    assert list(radio.channel_changes) == sorted(radio.channel_changes), where
    assert len(radio.channel_changes) <= CHANNEL_CHANGES_KEPT, where


def check_attempt(attempt: PairingAttempt, where: str) -> None:
    """An attempt has one end, with the words that belong to it."""
    assert (attempt.outcome is None) is (attempt.ended_at is None), where
    assert (attempt.cause is not None) is (attempt.outcome == "failed"), where
    assert (attempt.stage is not None) is (attempt.outcome == "abandoned"), where
    assert attempt.outcome is None or attempt.route is not None, where


def test_every_type_of_the_registry_has_its_family() -> None:
    facts = {cls for name, cls in PREMISES_TYPES.items() if "dead-letter" not in name}
    assert set(CHANGES) == facts == {cls for types in FAMILIES.values() for cls in types}


def test_a_family_refuses_the_facts_of_another() -> None:
    """A fact in the wrong family is a bug and no refusal."""
    (event,) = numbered([(SOURCES[0], 0, fact_of(FAMILIES["bands"][0], lambda words: words[0]))])
    assert bands_changed(Premises("P"), event, event.fact).coverage is not None  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        pins_changed(Premises("P"), event, event.fact)  # type: ignore[arg-type]
