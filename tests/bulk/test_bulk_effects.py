"""The table that the kernels read says of every type what `evolve` does with it."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.state.histories import TYPES, numbered
from tests.state.random_facts import SOURCES, fact_of
from twin.bulk.effects import (
    EFFECTS,
    RECALLED,
    RESOLVED,
    UNTOLD,
    VARIANTS,
    Count,
    Effect,
    HomeSlot,
    Part,
    Slot,
)
from twin.events.envelope import Event
from twin.events.registry import short_name
from twin.state.evolve import evolve
from twin.state.legality import breach_of
from twin.state.premises import Premises

FIELDS = {
    Slot.INSTALLED: "installed",
    Slot.COMMISSIONED: "commissioned",
    Slot.TRUTH: "truth",
    Slot.BELIEF: "belief",
    Slot.LINK: "link",
    Slot.JOINED: "joined",
    Slot.STATUS: "status",
    Slot.EXCHANGE: "exchange",
    Slot.RETIRED: "retired",
    Slot.IMAGE: "image",
    Slot.ACTIVATION: "activation",
    Slot.HIGH_BANDWIDTH: "high_bandwidth",
    Slot.LOG: "log",
    Slot.MISMATCH: "mismatch",
    Slot.POWER_ON_FAULT: "power_on_fault",
}
"""Fields of a device that the slots stand for."""
DRAWS = 200


def name_of(event: Event) -> str:
    """The name of a fact's effect, told from the fact itself."""
    name = short_name(event.fact.TYPE)
    if getattr(event.fact, "recalled_by", None) is not None:
        return RECALLED
    for variant in VARIANTS:
        if variant.name.partition("/")[0] != name:
            continue
        value: Any = getattr(event.fact, variant.column)
        word = {True: "true", False: "false"}.get(value, value) if value is not None else None
        if (word == variant.word) is not variant.other_than:
            return variant.name
    return name


def facts() -> Iterator[Event]:
    """Legal facts of every type, some of each."""
    rng = Random(15)
    for cls in TYPES:
        for _ in range(DRAWS):
            (event,) = numbered([(SOURCES[0], 5, fact_of(cls, rng.choice))])
            if breach_of(event=event, fact=event.fact) is None:
                yield event


def effect_by_evolve(event: Event) -> Effect:
    """What a single fact changes in a premises of which nothing is known."""
    premises = evolve(Premises(event.key), event, event.fact)  # type: ignore[arg-type]
    own = getattr(event.fact, "device_id", None)
    device = premises.devices.get(own) if own else None
    others = [one for one in premises.devices.values() if one.device_id != own]
    named = getattr(event.fact, "device_type", None)
    other = others[0] if others else None
    slots = slots_of(other)
    steps = list(device.executions.values()) if device else []
    return Effect(
        device=device is not None,
        device_type=device.device_type if device and named is None else None,
        slots=slots_of(device),
        other=slots[0] if slots else None,
        other_type=other.device_type if other else None,
        home=home_of(premises),
        counts=counts_of(premises),
        state=steps[0].state if steps else None,
        enrols=bool(device and device.enrolments),
        attempt=part_of(premises),
    )


def slots_of(device: Any) -> tuple[Slot, ...]:
    if device is None:
        return ()
    return tuple(slot for slot, field in FIELDS.items() if getattr(device, field) is not None)


def home_of(premises: Premises) -> HomeSlot | None:
    told = {
        HomeSlot.REGISTRATION: premises.registration,
        HomeSlot.COVERAGE: premises.coverage,
        HomeSlot.PIN: premises.pin,
        HomeSlot.DUTY_CYCLE: premises.radio.duty_cycle,
    }
    return next((slot for slot, value in told.items() if value is not None), None)


def counts_of(premises: Premises) -> tuple[Count, ...]:
    radio = premises.radio
    told = {
        Count.PIN_ACCEPTED: premises.pin_accepted,
        Count.PIN_REFUSED: premises.pin_refused,
        Count.INTRUDERS: premises.intruders,
        Count.INTRUDERS_PAIRED: premises.intruders_paired,
        Count.DISCARDED: radio.discarded,
        Count.SCANS: sum(radio.scans.values()),
        Count.OUTAGES: len(premises.outages),
        Count.CHANNEL_CHANGES: len(radio.channel_changes),
    }
    return tuple(count for count, value in told.items() if value)


def part_of(premises: Premises) -> Part | None:
    if not premises.pairings:
        return None
    (attempt,) = premises.pairings.values()
    by_step = {"reported": Part.REPORTED, "displayed": Part.DISPLAYED, "selected": Part.SELECTED}
    ends = {"completed": Part.COMPLETED, "failed": Part.FAILED, "abandoned": Part.ABANDONED}
    if attempt.outcome is not None:
        return ends[attempt.outcome]
    if attempt.cad is not None:
        return by_step[attempt.cad.step]
    if attempt.started_at is not None:
        return Part.STARTED
    return Part.REJECTED if attempt.codes_rejected else Part.NONE


def test_every_effect_is_what_evolve_does() -> None:
    seen = set()
    for event in facts():
        name = name_of(event)
        if name in UNTOLD:
            continue
        told = EFFECTS[name]
        by_evolve = effect_by_evolve(event)
        if name == "lifecycle.hub-installed" and event.fact.gpf_id is None:  # type: ignore[union-attr]
            assert by_evolve.other is None
            continue
        assert by_evolve == told, (name, event.fact)
        seen.add(name)
    untold = EFFECTS.keys() - seen
    assert untold == {RESOLVED, *UNTOLD}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_variant_belongs_to_a_type(variant: Any) -> None:
    assert variant.name.partition("/")[0] in EFFECTS
