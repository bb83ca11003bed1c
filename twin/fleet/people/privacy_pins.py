"""The Privacy PIN in a consumer's life: set, changed, asked for, cleared (paragraphs 32 to 34)."""

from typing import Final

from twin.events.pins import (
    PrivacyPinChanged,
    PrivacyPinCleared,
    PrivacyPinDisabled,
    PrivacyPinEntered,
    PrivacyPinSet,
)
from twin.fleet.living.diary import DAY, Diary
from twin.fleet.living.world import UNPROMPTED, LivePremises
from twin.rules.pins import check_pin_choice
from twin.rules.refusal import Refusal
from twin.vocabulary import DeviceType, PinClass, PinIntervention, PinPurpose, Role

_ENTRIES: Final = 32
"""Room for the entries of one prompt in the numbers of its draws."""
_AT_THE_VISIT: Final = 0.02
"""Mean days to a PIN that the installer prompts for: half an hour."""


class PrivacyPins:
    """What consumers do with the Privacy PIN, under the intervention of question Q9."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._world = diary.world
        self._intervention = diary.world.policy.intervention

    def move_in(self, second: int, live: LivePremises) -> None:
        """Whether and when the consumer sets a PIN is theirs to decide (paragraph 32).

        A PIN by default is there from the installation; those who would have set one change it.
        """
        rules, rows, by = self._world.rules, self._world.pairing, self._intervention
        if by is PinIntervention.PIN_BY_DEFAULT:
            live.pin_class = PinClass.OTHER  # a random PIN, seldom one of the twenty likeliest
            self._world.meter_says(second, live, PrivacyPinSet(live.pin_class), UNPROMPTED)
            self._asks(second, live)
            self._may_clear(second, live, 1)
        prompted = by is PinIntervention.PROMPT_AT_INSTALLATION
        take_up = rows.pin_take_up_prompted if prompted else rules.pin_take_up
        if self._diary.chance(live, "pin.take-up") < take_up:
            mean = (_AT_THE_VISIT if prompted else rules.pin_set_after_install) * DAY
            self._diary.later(second, live, self._set, 0, purpose="pin.set", mean=mean)

    def _set(self, second: int, live: LivePremises, number: int) -> None:
        """The first PIN of the consumer's own choice; a default one is changed by it."""
        had = live.pin_class is not None
        live.pin_class = self._chosen(live, number)
        fact = PrivacyPinChanged(live.pin_class) if had else PrivacyPinSet(live.pin_class)
        self._world.meter_says(second, live, fact, UNPROMPTED)
        if not had:
            self._may_clear(second, live, number)
        if self._intervention is not PinIntervention.PIN_BY_DEFAULT:
            self._asks(second, live)
        rows = self._world.pairing
        if self._diary.chance(live, "pin.changed", number) < rows.pin_changed_share:
            mean = rows.pin_changed_after * DAY
            self._diary.later(
                second, live, self._change, number + 1, purpose="pin.changed-after", mean=mean
            )

    def _change(self, second: int, live: LivePremises, number: int) -> None:
        if live.pin_class is not None:
            live.pin_class = self._chosen(live, number)
            fact = PrivacyPinChanged(live.pin_class)
            self._world.meter_says(second, live, fact, UNPROMPTED)

    def _chosen(self, live: LivePremises, number: int) -> PinClass:
        """How guessable the PIN is; a deny list refuses the twenty likeliest (question Q9)."""
        luck = self._diary.chance(live, "pin.class", number)
        chosen = PinClass(self._world.rules.pin_class_share.pick(luck))
        answer = check_pin_choice(pin_class=chosen, intervention=self._intervention)
        return PinClass.OTHER if isinstance(answer, Refusal) else chosen

    def _may_clear(self, second: int, live: LivePremises, number: int) -> None:
        rules = self._world.rules
        if self._diary.chance(live, "pin.cleared", number) < rules.pin_cleared_share:
            mean = rules.pin_cleared_after * DAY
            self._diary.later(
                second, live, self._clear, number, purpose="pin.cleared-after", mean=mean
            )

    def _clear(self, second: int, live: LivePremises, number: int) -> None:
        """At the meter by whoever knows it, or remotely where it is forgotten (3.5, BR10)."""
        live.pin_class = None
        by = self._diary.chance(live, "pin.cleared-by", number)
        if by < self._world.rules.pin_cleared_remotely_share:
            esme = live.plan.device(DeviceType.ESME)
            fact = PrivacyPinDisabled(esme.device_id, DeviceType.ESME, Role.IMPORT_SUPPLIER)
            self._world.dsp_says(second, live, fact, UNPROMPTED)
        else:
            self._world.meter_says(second, live, PrivacyPinCleared(), UNPROMPTED)

    def _asks(self, second: int, live: LivePremises) -> None:
        """From here on protected functions are used now and then (paragraph 32)."""
        self._next_look(second, live, 1)
        self._next_supply(second, live, 1)

    def _next_look(self, second: int, live: LivePremises, number: int) -> None:
        rate = self._world.rules.protected_display_rate
        self._diary.yearly(
            second, live, self._look, purpose="display.next", rate=rate, number=number
        )

    def _next_supply(self, second: int, live: LivePremises, number: int) -> None:
        rate = self._world.pairing.enable_supply_rate
        self._diary.yearly(
            second, live, self._enable, purpose="supply.next", rate=rate, number=number
        )

    def _look(self, second: int, live: LivePremises, number: int) -> None:
        if live.pin_class is not None:
            self._types(second, live, PinPurpose.PROTECTED_DISPLAY, "display.pin", number)
        self._next_look(second, live, number + 1)

    def _enable(self, second: int, live: LivePremises, number: int) -> None:
        if live.pin_class is not None:
            self._types(second, live, PinPurpose.ENABLE_SUPPLY, "supply.pin", number)
        self._next_supply(second, live, number + 1)

    def _types(
        self, second: int, live: LivePremises, purpose: PinPurpose, luck: str, number: int
    ) -> None:
        """The PIN is typed until it is right or given up; there is no lock-out."""
        rules = self._world.rules
        for entry in range(1, rules.pin_entries_most + 1):
            accepted = (
                self._diary.chance(live, luck, number * _ENTRIES + entry) >= rules.pin_wrong_share
            )
            fact = PrivacyPinEntered(accepted, entry, purpose)
            at = second + int((entry - 1) * rules.pin_entry_time)
            self._diary.at(at, live, self._world.meter_says, fact, UNPROMPTED)
            if accepted:
                return
