"""Campaigns of a history that go on: executions as observed, and those under way drawn to fit.

Of an execution that is under way only its luck is unknown. It is drawn anew, from lots that are
numbered, until what it would have shown by now is what was observed; then it goes on with that.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.campaign.attempts import again_from
from twin.campaign.fields import RETRYING, field_of
from twin.campaign.membership import members, stratum_name
from twin.campaign.plan import Plan
from twin.fleet.numbers.assumptions import SUPPLIERS
from twin.ingest.catalogue import Catalogue
from twin.state.devices import Device, Execution
from twin.state.endings import Ending as Failed
from twin.state.endings import endings, is_blamed
from twin.state.premises import Premises, active_device, standing
from twin.state.quarantine import quarantine_of
from twin.vocabulary import DeviceType, FailureCause
from twin.whatif.attempts import NO_DAY, Ending, Went, attempted
from twin.whatif.batches import What
from twin.whatif.causes import ACTIVATION_OVER, DELIVERY_OVER, TRANSFER_OVER
from twin.whatif.luck import stirred
from twin.whatif.observed import Observed
from twin.whatif.population import KINDS, NEVER, Population, models_of
from twin.whatif.resuming import Resumed
from twin.whatif.strata import REGIONS

LOTS: Final = 400
"""How many lots are drawn for an execution before its time is taken to run out."""
_GONE: Final = ("decommissioned", "already_at_target", "cancelled")
_ENDED: Final = {
    "confirmed": What.CONFIRMED,
    "failed": What.FAILED,
    "timed_out": What.TIMED_OUT,
}


class Standing(Struct, frozen=True):
    """A member as it stands: number of its premises, stratum, wave (from 0), place, field; the
    causes of its failures, how many were its own fault, and from when on it may be asked again.
    """

    one: int
    stratum: tuple[str, str, str]
    wave: int
    place: float
    field: str
    device: Device
    execution: Execution | None
    causes: tuple[FailureCause | None, ...] = ()
    blamed: int = 0
    again: datetime | None = None


def population_of(found: Observed, *, catalogue: Catalogue, start: date) -> Population:
    """The premises of a history; a device that was not installed yet is none."""
    names = models_of(catalogue)
    size = len(found.premises)
    models = tuple(np.full(size, 255, np.uint8) for _ in KINDS)
    installed = np.full(size, NEVER, np.int16)
    region, supplier = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    for nth, premises in enumerate(found.premises):
        assert premises.registration is not None  # `observed` leaves others out
        region[nth] = REGIONS.index(premises.registration.csp_region)
        supplier[nth] = SUPPLIERS.index(premises.registration.supplier)
        for kind, device_type in enumerate(KINDS):
            device = active_device(premises, device_type=device_type)
            if device is None or device.model not in names[kind]:
                continue
            models[kind][nth] = names[kind].index(device.model)
            if device.installed is not None:
                day = (device.installed.at.date() - start).days
                installed[nth] = min(int(installed[nth]), day)
    return Population(
        region=region,
        supplier=supplier,
        installed=installed,
        models=(models[0], models[1], models[2]),
        names=names,
        capable_from=NEVER,
    )


def capable_since(found: Observed, device_type: DeviceType, *, start: date) -> NDArray[np.int16]:
    """By premises, the day since which its device truly runs local pairing, as observed."""
    days = np.full(len(found.premises), NEVER, np.int16)
    for nth, premises in enumerate(found.premises):
        device = active_device(premises, device_type=device_type)
        if device is not None and device.truth is not None and device.truth.pairing_capable:
            days[nth] = max((device.truth.stamp.at.date() - start).days, -NEVER)
    return days


def standings(found: Observed, plan: Plan) -> list[Standing]:
    """Every member of a campaign, by wave and place; those that are gone are left out."""
    every = [
        _standing(plan, nth, premises, member)
        for nth, premises in enumerate(found.premises)
        for member in members(plan=plan, premises=premises)
    ]
    return sorted(
        (one for one in every if one.field not in _GONE), key=lambda one: (one.wave, one.place)
    )


def _standing(plan: Plan, nth: int, premises: Premises, member: Any) -> Standing:
    region, supplier, model = stratum_name(member).split("|")
    assert member.enrolment.wave is not None  # a member has a seat
    device, execution = member.device, member.device.executions.get(plan.campaign_id)
    behind = _behind(device, execution)
    field = field_of(plan=plan, premises=premises, device=device)
    return Standing(
        nth,
        (region, supplier, model),
        member.enrolment.wave - 1,
        member.enrolment.place,
        field,
        device,
        execution,
        tuple(ending.cause for ending in behind),
        sum(is_blamed(premises, execution, ending) for ending in behind if execution),
        _again(plan, premises, device, execution) if field == RETRYING and execution else None,
    )


def _behind(device: Device, execution: Execution | None) -> tuple[Failed, ...]:
    """How the attempts of an execution ended badly so far, in order."""
    if execution is None:
        return ()
    return endings(device, execution, state=standing(device, execution))


def _again(plan: Plan, premises: Premises, device: Device, execution: Execution) -> datetime:
    """From when on the policy lets another attempt follow, after a quarantine too."""
    policy = plan.policy
    alone = quarantine_of(
        premises,
        device,
        after=policy.quarantine_after,
        days=policy.quarantine_days,
        at_once=policy.quarantined_at_once,
    )
    again = again_from(plan=plan, device=device, execution=execution)
    return again if alone is None else max(again, alone.until)


def take_up(
    running: Resumed, every: list[Standing], *, places: dict[int, int], day: int, start: date
) -> Counter[str]:
    """Put what was observed on the board of a campaign, and draw on what is under way.

    `places` says where the device of a premises lies in the order of release. Gives how many
    executions were `observed`, `drawn` on, or `unmatched`: of these no lot fitted.
    """
    told: Counter[str] = Counter()
    for one in every:
        if one.execution is None:
            continue
        place = places[one.one]
        cohort = (one.execution.released_at.date() - start).days
        cell = one.wave, int(running.devices.group[place]), cohort
        running.observe(What.RELEASED, cell, on=cohort)
        running.failed_before(place, one.causes, one.blamed)
        told["observed"] += 1
        if one.field in _ENDED:
            running.observe(_ENDED[one.field], cell, on=min(_ended_on(one, start), day - 1))
        elif one.again is not None:
            # the first midnight that is not before that moment
            again = -((datetime.combine(start, time(), UTC) - one.again) // timedelta(days=1))
            running.wait(
                place,
                one.wave,
                cohort,
                attempt=one.execution.attempt + 1,
                day=max(day, again),
                ended=day,
            )
        else:
            drawn = _drawn_on(running, place, one, day, start)
            told["unmatched" if drawn is None else "drawn"] += 1
            went = drawn or _unmatched(one, day)
            running.goes_on(went, place, cell, attempt=one.execution.attempt)
    return told


def _unmatched(one: Standing, day: int) -> Went:
    """The time of an attempt that no lot fits runs out, in the step in which it stands."""
    cause = {"requested": DELIVERY_OVER, "at_hub": TRANSFER_OVER}.get(one.field, ACTIVATION_OVER)
    return NO_DAY, NO_DAY, day + 1, Ending.TIMED_OUT, cause


def _ended_on(one: Standing, start: date) -> int:
    """The day on which an execution ended: a confirmed one when its version was read."""
    assert one.execution is not None  # it has ended
    at = one.execution.reached_at
    if one.field == "confirmed" and one.device.belief is not None:
        at = max(at, one.device.belief.stamp.at)
    return (at.date() - start).days


def _drawn_on(running: Resumed, place: int, one: Standing, day: int, start: date) -> Went | None:
    """How an execution goes on that is under way: the first lot that fits what was observed."""
    assert one.execution is not None  # it is under way
    asked = (one.execution.requested_at.date() - start).days
    entity = int(running.devices.premises[place]) + running.devices.offset
    about, law = running.about(place), running.law.tables()
    waits = bool(running.law.lead.any())
    for lot in range(1, LOTS + 1):
        mixed = _stirred(entity + (lot << 48))
        went: Went = attempted(mixed, one.execution.attempt, asked, about, law)
        if _fits(went, one.field, day, waits=waits):
            return went
    return None


def _stirred(entity: int) -> np.uint64:
    with np.errstate(over="ignore"):
        return np.uint64(stirred(np.uint64(entity)))


def _fits(went: Went, field: str, day: int, *, waits: bool) -> bool:
    """Whether an attempt would have shown by a day what was observed by then.

    A verified image whose activation is not asked for yet was verified that day, unless requests
    wait for windows.
    """
    verified, activated, end = went[:3]
    if end <= day:
        return False
    match field:
        case "requested" | "at_hub":
            return verified == NO_DAY or verified > day
        case "verified":
            return verified == day or (waits and NO_DAY < verified < day)
        case "activation_requested":
            return verified != NO_DAY and verified < day and (activated < 0 or activated >= day)
        case _:
            return activated != NO_DAY and activated < day
