"""Service requests 11.3 and 11.2: activation now or at a coming night, and what was heard of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from msgspec import Struct

from twin.events.firmware import (
    ExecutingFirmwareChanged,
    FirmwareActivated,
    FirmwareActivationAccepted,
    FirmwareActivationCancelled,
    FirmwareActivationFailed,
    FirmwareActivationRequested,
)
from twin.fleet.firmware.answering import Answering, Asked
from twin.fleet.firmware.bad_image import bad_model
from twin.fleet.firmware.belief import Belief
from twin.fleet.network.power import tell_outage
from twin.fleet.numbers.shapes import waiting
from twin.fleet.population.image_hashes import image_hash
from twin.fleet.population.plans import moment
from twin.rules.firmware import check_activation
from twin.vocabulary import ActivationOutcome, DeviceType

_DAY: Final = 86_400
_HALF_DAY: Final = 43_200


class _Dated(Struct, frozen=True):
    """A future-dated activation: the second of its execution."""

    asked: Asked
    execute_at: int

    @property
    def moment(self) -> datetime:
        return moment(self.execute_at)


_Key: TypeAlias = tuple[str, str, int]
"""Device, campaign and attempt, of which each has one activation."""


def _key(asked: Asked) -> _Key:
    request = asked.request
    return request.device_id, request.campaign_id, request.attempt


class Activation:
    """Steps by which a held image becomes the running one, or does not."""

    def __init__(self, answering: Answering, belief: Belief) -> None:
        self._answering = answering
        self._rows = answering.rows
        self._belief = belief
        self._pending: dict[_Key, _Dated] = {}
        world = answering.world
        self._bad_model = bad_model(catalogue=world.catalogue, seed=world.seed)

    def requested(self, second: int, asked: Asked) -> None:
        """A share of the activations is dated to a coming night; the rest is at once."""
        answering, request = self._answering, asked.request
        execute_at = self._date(second, asked)
        digest = self._hash(asked, request.target_version)
        when = moment(execute_at) if execute_at is not None else None
        fact = asked.fact(FirmwareActivationRequested, request.request_id, when, digest)
        answering.dsp_says(second, asked, fact)
        share = answering.rules.activation_unanswered_share
        lost = answering.luck(asked, "activation.unanswered") < share
        if lost or answering.is_silent(asked.device) or not asked.is_there:
            return
        after = answering.after(asked, "activation", answering.rules.activation_delay)
        at = answering.awake(second + after, asked)
        if execute_at is None:
            answering.at(at, asked, self._activated)
        else:
            self._future(min(at, execute_at - 1), _Dated(asked, execute_at))

    def _date(self, second: int, asked: Asked) -> int | None:
        """When the device shall act: as a plan says, or as the supplier does; None: at once."""
        if asked.request.execute_at is not None:
            planned = int(asked.request.execute_at.timestamp())
            return planned if planned > second else None
        dated = self._answering.luck(asked, "activation.dated") < self._rows.future_dated_share
        return self._night(second, asked) if dated else None

    def _hash(self, asked: Asked, version: str) -> str:
        catalogue = self._answering.world.catalogue
        return image_hash(catalogue=catalogue, model=asked.fit.model, version=version)

    def _night(self, second: int, asked: Asked) -> int:
        """An hour of the night half a day ahead or more, within the nights that rows allow."""
        first = moment(second + _HALF_DAY).replace(hour=0, minute=0, second=0)
        night = first + timedelta(hours=self._rows.future_dated_hour)
        if night < moment(second + _HALF_DAY):
            night += timedelta(days=1)
        luck = self._answering.luck(asked, "activation.night")
        return int(night.timestamp()) + int(luck * self._rows.future_dated_days) * _DAY

    def _future(self, second: int, dated: _Dated) -> None:
        """The device takes the date; some are cancelled before their time (BR33)."""
        asked, answering = dated.asked, self._answering
        self._put(second, dated, self._accepted)
        by_plan = asked.request.execute_at is not None
        luck = answering.luck(asked, "activation.cancelled")
        if not by_plan and luck < self._rows.cancelled_share:
            self._put((second + dated.execute_at) // 2, dated, self._cancelled)
            return
        self._pending[_key(asked)] = dated
        self._put(dated.execute_at, dated, self._executed)

    def _executed(self, second: int, dated: _Dated) -> None:
        """The time has come, unless the activation was recalled."""
        if self._pending.pop(_key(dated.asked), None) is not None:
            self._activated(second, dated.asked)

    def cancel_requested(self, second: int, asked: Asked) -> None:
        """An activation at no time reaches the device (CS06 with a null date)."""
        answering = self._answering
        if answering.is_silent(asked.device) or not asked.is_there:
            return
        after = answering.after(asked, "activation", answering.rules.activation_delay)
        answering.at(answering.awake(second + after, asked), asked, self._recalled)

    def _recalled(self, second: int, asked: Asked) -> None:
        """What is pending is given up; what was carried out already cannot be recalled."""
        if not asked.is_there or self._pending.pop(_key(asked), None) is None:
            return
        fact = asked.fact(FirmwareActivationCancelled, asked.request.request_id)
        self._answering.device_says(second, asked, fact)

    def _put(self, second: int, dated: _Dated, step: Callable[[int, _Dated], None]) -> None:
        self._answering.world.agenda.at(second, dated.asked.live.premises_id, step, dated)

    def _accepted(self, second: int, dated: _Dated) -> None:
        asked = dated.asked
        if asked.is_there:
            fact = asked.fact(FirmwareActivationAccepted, dated.moment)
            self._answering.device_says(second, asked, fact)

    def _cancelled(self, second: int, dated: _Dated) -> None:
        asked = dated.asked
        if asked.is_there:
            fact = asked.fact(FirmwareActivationCancelled)
            self._answering.device_says(second, asked, fact)

    def _activated(self, second: int, asked: Asked) -> None:
        """The device runs the image; what it ran is what the inventory names until it hears."""
        if not asked.is_there:
            return
        answering, live, name = self._answering, asked.live, asked.request.device_id
        outcome = self._failure(asked)
        if outcome is not None:
            self._failed(second, asked, outcome)
            return
        before, live.running[name] = live.running[name], live.held.pop(name)
        lost = (
            answering.luck(asked, "activation.response-lost") < answering.rules.response_lost_share
        )
        capable = answering.world.runs_capable(live, asked.device)
        fact = asked.fact(FirmwareActivated, live.running[name], capable, lost)
        answering.device_says(second, asked, fact)
        self._belief.activated(second, asked, before=before, lost=lost)
        if not lost and answering.luck(asked, "executing.told") < self._rows.executing_told_share:
            luck = answering.luck(asked, "executing.after")
            after = 1 + int(luck * self._rows.executing_told_after)
            answering.at(second + after, asked, self._executing)
        self._cut_power(second, asked)

    def _executing(self, second: int, asked: Asked) -> None:
        """The device also tells what it executes now (0x8F43)."""
        if asked.is_there:
            version = asked.live.running[asked.request.device_id]
            capable = self._answering.world.runs_capable(asked.live, asked.device)
            fact = ExecutingFirmwareChanged(
                asked.request.device_id, asked.request.device_type, version, capable
            )
            self._answering.device_says(second, asked, fact)

    def _cut_power(self, second: int, asked: Asked) -> None:
        """Some electricity meters cut the hub's power while they activate (MP102, BR36)."""
        world, device = self._answering.world, asked.device
        if device.device_type is not DeviceType.ESME:
            return
        share = self._rows.meter_cuts_hub_power_share
        if world.chance(device.device_id, "activation.cuts-power") >= share:
            return
        luck = self._answering.luck(asked, "activation.cut-length")
        minutes = min(waiting(luck, mean=self._rows.hub_power_cut_length), 55)
        at = second + int(minutes * 60)
        world.agenda.at(at, asked.live.premises_id, self._power_back, asked, minutes)

    def _power_back(self, second: int, asked: Asked, minutes: float) -> None:
        world = self._answering.world
        tell_outage(world, second, asked.live, minutes=minutes, cause=asked.cause)

    def _failure(self, asked: Asked) -> ActivationOutcome | None:
        """Why the image held cannot be activated, or None (outcome codes 1 to 3 of CS06)."""
        answering, rules = self._answering, self._answering.rules
        held = asked.live.held.get(asked.request.device_id)
        outcome = check_activation(
            held_hash=self._hash(asked, held) if held is not None else None,
            asked_hash=self._hash(asked, asked.request.target_version),
        )
        if isinstance(outcome, ActivationOutcome):
            return outcome
        share = rules.activation_failed_share.of(asked.request.device_type)
        bad = answering.world.catalogue.capable_version(asked.fit.model)
        if asked.fit.model == self._bad_model and asked.request.target_version == bad:
            share = max(share, self._rows.bad_image_failed_share)
        if answering.luck(asked, "activation.failed") >= share:
            return None
        luck = answering.luck(asked, "activation.outcome")
        return ActivationOutcome(rules.activation_outcome_share.pick(luck))

    def _failed(self, second: int, asked: Asked, outcome: ActivationOutcome) -> None:
        """The device stays on what it runs; an image it does not hold or trust is gone."""
        live, name = asked.live, asked.request.device_id
        if outcome is not ActivationOutcome.ACTIVATION_FAILURE:
            live.held.pop(name, None)
        fact = asked.fact(FirmwareActivationFailed, outcome, live.running[name])
        self._answering.device_says(second, asked, fact)
