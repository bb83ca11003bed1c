"""The 868 MHz air of a premises: its settings, channel scans, channel changes (BR17, BR19)."""

from typing import Final

from twin.events.sub_ghz import (
    ChannelScanAssessed,
    Page,
    SubGhzChannelChanged,
    SubGhzConfigurationChanged,
)
from twin.fleet.living.world import UNPROMPTED, LivePremises, World
from twin.fleet.network.duty_cycle import DutyCycles
from twin.rules.refusal import Refusal
from twin.rules.sub_ghz import ScanLimits, ScanRequest, assess_scan, check_channel_change
from twin.vocabulary import DeviceType, ScanAnswer, ScanTrigger

_WEEK: Final = 7 * 86_400
_YEAR: Final = 365.25 * 86_400
_PAGES: Final[tuple[tuple[Page, int, int], ...]] = (
    (28, 0, 26),
    (29, 27, 34),
    (30, 35, 61),
    (31, 0, 26),
)
"""Pages with their first and last channel: three of the lower band, one of the upper."""
_GAS: Final = frozenset(
    {
        ScanTrigger.GSME_REQUEST,
        ScanTrigger.GSME_MISSED_CURFEW,
        ScanTrigger.GSME_MISSING_FOR_A_DAY,
    }
)


class Radio:
    """Steps of the agenda by which hubs at 868 MHz keep their air in order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._duty = DutyCycles(world, at_critical=self._critical)
        self._changes: dict[str, tuple[int, ...]] = {}

    def begin(self, second: int, live: LivePremises) -> None:
        """The hub is configured once (6.28); from then on its air is shared."""
        if not live.plan.on_sub_ghz:
            return
        world = self._world
        mean = world.han.sub_ghz_configured_after * 3600
        after = world.wait(live.index, "radio.configured", mean=mean)
        world.agenda.at(second + after, live.premises_id, self._configured, live)

    def _configured(self, second: int, live: LivePremises) -> None:
        self.configure(second, live)
        self._duty.begin(second, live)
        self._expect_scan(second, live, 1)

    def configure(self, second: int, live: LivePremises) -> None:
        """The eleven settings are put on the hub (6.28) and it tells them (0x8F2A)."""
        limits = self._world.han.sub_ghz_settings
        fact = SubGhzConfigurationChanged(
            device_id=live.plan.device(DeviceType.CHF).device_id,
            normal_limited_percent=limits.of("normal_limited_percent"),
            limited_critical_percent=limits.of("limited_critical_percent"),
            channel_changes_per_week_max=int(limits.of("channel_changes_per_week_max")),
            gsme_curfew=int(limits.of("gsme_curfew")),
            channel_quieter_threshold=int(limits.of("channel_quieter_threshold")),
            channel_noisier_threshold=int(limits.of("channel_noisier_threshold")),
            non_gsme_poor_comms_percent=limits.of("non_gsme_poor_comms_percent"),
            non_gsme_poor_comms_periods=int(limits.of("non_gsme_poor_comms_periods")),
            local_noise_period=int(limits.of("local_noise_period")),
            local_failure_percent=limits.of("local_failure_percent"),
            local_retry_percent=limits.of("local_retry_percent"),
        )
        hub = live.plan.device(DeviceType.CHF)
        self._world.device_says(second, live, hub, fact, UNPROMPTED)

    def _expect_scan(self, second: int, live: LivePremises, number: int) -> None:
        rate = self._world.han.scan_rate
        if rate > 0:
            after = self._world.wait(live.index, "radio.scan", mean=_YEAR / rate, number=number)
            self._world.agenda.at(second + after, live.premises_id, self._scan, live, number)

    def _scan(self, second: int, live: LivePremises, number: int) -> None:
        """A scan is asked for; an accepted one may show a quieter channel.

        Before the hub moves its network it waits for one wake of the gas meter to scan and two
        to change (GBCS 10.6.2.8).
        """
        world, hub = self._world, live.plan.device(DeviceType.CHF)
        answer = self._answer(second, live, number)
        fact = ChannelScanAssessed(hub.device_id, self._trigger(live, number), answer)
        world.device_says(second, live, hub, fact, UNPROMPTED)
        quieter = world.chance(live.index, "radio.quieter", number)
        if answer is ScanAnswer.ACCEPTED and quieter < world.han.channel_change_share:
            at = second + int(3 * world.han.gas_wake * 60)
            world.agenda.at(at, live.premises_id, self._changed, live, number)
        self._expect_scan(second, live, number + 1)

    def _trigger(self, live: LivePremises, number: int) -> ScanTrigger:
        luck = self._world.chance(live.index, "radio.trigger", number)
        trigger = ScanTrigger(self._world.han.scan_trigger_share.pick(luck))
        if trigger in _GAS and not live.plan.dual_fuel:
            return ScanTrigger.NON_GSME_REQUEST
        return trigger

    def _answer(self, second: int, live: LivePremises, number: int) -> ScanAnswer:
        """What stands against a scan; beside what the field knows, an obstacle by luck."""
        world = self._world
        obstacle = None
        if world.chance(live.index, "radio.refused", number) < world.han.scan_refused_share:
            luck = world.chance(live.index, "radio.refusal", number)
            obstacle = ScanAnswer(world.han.scan_refusal_share.pick(luck))
        return self._assessed(second, live, obstacle)

    def _assessed(self, second: int, live: LivePremises, obstacle: ScanAnswer | None) -> ScanAnswer:
        limits = ScanLimits()
        gas = is_gas_updating(second, live) or obstacle is ScanAnswer.GSME_DISTRIBUTION_UNDERWAY
        many = {
            ScanAnswer.TOO_MANY_SCANS_TODAY: limits.scans_a_day,
            ScanAnswer.TOO_MANY_COMMANDS_TODAY: limits.commands_a_day,
            ScanAnswer.TOO_MANY_SCANS_THIS_WEEK: limits.scans_a_week,
        }
        counts = {answer: most if answer is obstacle else 0 for answer, most in many.items()}
        request = ScanRequest(
            hand_held_connected=obstacle is ScanAnswer.HHT_CONNECTED,
            duty_state=self._duty.state(live),
            joining_permitted=obstacle is ScanAnswer.JOINING_PERMITTED,
            gsme_distribution=gas,
            scans_today=counts[ScanAnswer.TOO_MANY_SCANS_TODAY],
            commands_today=counts[ScanAnswer.TOO_MANY_COMMANDS_TODAY],
            scans_this_week=counts[ScanAnswer.TOO_MANY_SCANS_THIS_WEEK],
        )
        return assess_scan(request=request, limits=limits)

    def _critical(self, second: int, live: LivePremises, number: int) -> None:
        """The hub's retries ask for a scan just when its air time allows none."""
        world, hub = self._world, live.plan.device(DeviceType.CHF)
        share = world.han.scan_at_critical_share
        if world.chance(live.index, "radio.at-critical", number) < share:
            answer = self._assessed(second, live, None)
            fact = ChannelScanAssessed(hub.device_id, ScanTrigger.MESSAGE_RETRIES, answer)
            world.device_says(second, live, hub, fact, UNPROMPTED)

    def _changed(self, second: int, live: LivePremises, number: int) -> None:
        """The network moves, unless an update of the gas meter or the weekly limit forbids it."""
        recent = self._recent(second, live)
        most = int(self._world.han.sub_ghz_settings.of("channel_changes_per_week_max"))
        answer = check_channel_change(changes_this_week=len(recent), most=most)
        if is_gas_updating(second, live) or isinstance(answer, Refusal):
            return
        self._changes[live.premises_id] = (*recent, second)
        world, hub = self._world, live.plan.device(DeviceType.CHF)
        place = int(world.chance(live.index, "radio.page", number) * len(_PAGES))
        page, first, last = _PAGES[place]
        luck = world.chance(live.index, "radio.channel", number)
        channel = first + int(luck * (last - first + 1))
        fact = SubGhzChannelChanged(hub.device_id, page, channel)
        world.device_says(second, live, hub, fact, UNPROMPTED)

    def _recent(self, second: int, live: LivePremises) -> tuple[int, ...]:
        """Channel changes of the seven days before a second."""
        changes = self._changes.get(live.premises_id, ())
        return tuple(at for at in changes if at > second - _WEEK)


def is_gas_updating(second: int, live: LivePremises) -> bool:
    """Whether firmware is on its way to the gas meter (GSMEOTADistributionUnderway)."""
    if not live.plan.dual_fuel:
        return False
    meter = live.plan.device(DeviceType.GSME).device_id
    return live.updating.get(meter, second) > second
