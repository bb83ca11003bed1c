"""Pre-flight of a plan on the fleet as it is: who would be asked, who not and why. Changes nothing.

The same functions decide membership here and on the live table, so that a plan's members are
those that would be frozen at the same basis.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from math import ceil
from typing import Final

from msgspec import Struct

from twin.campaign.attempts import is_open_elsewhere
from twin.campaign.beginning import size_checks
from twin.campaign.counted import Lottery, cuts
from twin.campaign.dated import longest_wait
from twin.campaign.fair_shares import Cell
from twin.campaign.hubs import hub_ahead
from twin.campaign.membership import (
    UNKNOWN,
    CapableVersion,
    Seat,
    candidate,
    placement,
    stratum_of,
)
from twin.campaign.outlook import WaveOutlook, outlook
from twin.campaign.pacing import Pace, cell_of
from twin.campaign.plan import Plan
from twin.campaign.targets import brings_pairing
from twin.events.campaign_words import PlanCheck
from twin.rules.firmware import DEVICES_MAX, Recipient, warning_for
from twin.state.devices import Device, believed_capable, inventory_status
from twin.state.premises import Premises, active_device
from twin.vocabulary import DeviceStatus, DeviceType, Exclusion, WarningList

UNFORESEEN: Final = (WarningList.INVALID_GBCS_VERSION,)
"""Lists that nobody can foresee here: no event tells a device's GBCS version."""


class Word(Struct, frozen=True):
    """What a plan would say of one device: its seat, or why it has none."""

    premises_id: str
    device_id: str
    wave: int | None
    place: float | None
    reason: Exclusion | None


class Preflight(Struct, frozen=True, kw_only=True):
    """What a plan would do. Devices are counted; dates are those of the plan's own arithmetic.

    `warned` counts members that the DCC's answer to 11.1 would put on a list. `hubs_first` are
    members whose hub is not known to be capable: for them the upgrade brings nothing yet (BR04).
    `hubs_under_way` are members whose hub a campaign that has started is not done with: with
    `hubs_first` in the plan these wait for it.
    `earliest` is the end if everything is confirmed at once, `latest` if every attempt is used,
    None if the pace and the windows do not let all waves out within three years; `releases` are
    the days of each wave in the first case. `refusals` are the checks that the plan would fail.
    """

    devices: int
    members: tuple[int, ...]
    regions: dict[str, int]
    suppliers: dict[str, int]
    models: dict[str, int]
    excluded: dict[Exclusion, int]
    warned: dict[WarningList, int]
    unforeseen: tuple[WarningList, ...]
    hubs_first: int
    hubs_under_way: int
    requests: tuple[int, ...]
    releases: tuple[WaveOutlook, ...]
    earliest: date | None
    latest: date | None
    refusals: tuple[PlanCheck, ...] = ()

    @property
    def total(self) -> int:
        """Members of all waves."""
        return sum(self.members)


class Count:
    """Counts a plan's words as premises come by; holds no premises."""

    def __init__(
        self,
        plan: Plan,
        capable_version: CapableVersion,
        *,
        cuts: tuple[float, ...] = (),
        under_way: tuple[Plan, ...] = (),
    ) -> None:
        """A count of nothing yet; of a plan with waves by count by the `cuts` foreseen for it.

        `under_way` are the plans of the campaigns that have started and are not over.
        """
        self._plan = plan
        self._cuts = cuts
        self._capable_version = capable_version
        self._members: Counter[tuple[int, str, str, str]] = Counter()
        self._lists: dict[tuple[DeviceStatus | None, bool], WarningList | None] = {}
        self._excluded: Counter[Exclusion] = Counter()
        self._warned: Counter[WarningList] = Counter()
        self._hubs_first = 0
        self._hubs_under_way = 0
        self._under_way = under_way

    def words(self, fleet: Iterable[Premises]) -> Iterator[Word]:
        """What the plan would say of each device, counted as it is said."""
        for premises in fleet:
            device = candidate(plan=self._plan, premises=premises)
            if device is not None:
                yield self._word(premises, device)

    def places(self) -> dict[tuple[int, str, str], int]:
        """Members by wave, region and supplier, of all that has come by."""
        found: Counter[tuple[int, str, str]] = Counter()
        for (wave, region, supplier, _), number in self._members.items():
            found[wave, region, supplier] += number
        return dict(sorted(found.items()))

    def result(self) -> Preflight:
        """The figures of all that has come by."""
        plan = self._plan
        cells, strata = self._cells(), self._strata()
        members = tuple(sum(wave.values()) for wave in cells)
        soon = outlook(plan=plan, members=cells, waiting_days=0)
        wait = longest_wait(plan.activation, plan.windows) if plan.activation else timedelta()
        policy, refusals = plan.policy, size_checks(plan=plan, members=members)
        if soon.end is None and plan.is_paced:
            refusals.append("beyond_capacity")
        waiting = policy.days_most + policy.attempts_max * ceil(wait / timedelta(days=1))
        return Preflight(
            devices=sum(members) + self._excluded.total(),
            members=members,
            regions=strata["region"],
            suppliers=strata["supplier"],
            models=strata["model"],
            excluded=dict(sorted(self._excluded.items())),
            warned=dict(sorted(self._warned.items())),
            unforeseen=UNFORESEEN,
            hubs_first=self._hubs_first,
            hubs_under_way=self._hubs_under_way,
            requests=tuple(ceil(n / DEVICES_MAX) for n in members),
            releases=soon.waves,
            earliest=_not_before_activation(plan, soon.end, days=0),
            latest=_not_before_activation(
                plan, outlook(plan=plan, members=cells, waiting_days=waiting).end, days=waiting
            ),
            refusals=tuple(refusals),
        )

    def _word(self, premises: Premises, device: Device) -> Word:
        plan = self._plan
        found = placement(
            plan=plan,
            premises=premises,
            device=device,
            capable_version=self._capable_version,
            cuts=self._cuts,
        )
        if not isinstance(found, Seat):
            self._excluded[found] += 1
            return Word(premises.premises_id, device.device_id, None, None, found)
        region, supplier = stratum_of(premises)
        model = device.model or UNKNOWN
        self._members[found.wave, region or UNKNOWN, supplier or UNKNOWN, model] += 1
        self._foresee(premises, device)
        return Word(premises.premises_id, device.device_id, found.wave, found.place, None)

    def _cells(self) -> list[dict[Cell, int]]:
        """Members by wave and by the cell in which their releases are limited."""
        plan, counted = self._plan, Counter[tuple[int, Cell]]()
        pace = plan.pacing or Pace()
        for (wave, region, supplier, model), number in self._members.items():
            cell = cell_of(pace=pace, region=region, supplier=supplier, model=model)
            counted[wave, cell] += number
        cells: list[dict[Cell, int]] = [{} for _ in plan.waves]
        for (wave, cell), number in sorted(counted.items()):
            cells[wave - 1][cell] = number
        return cells

    def _strata(self) -> dict[str, dict[str, int]]:
        """Members by region, by supplier and by model."""
        found: dict[str, Counter[str]] = {n: Counter() for n in ("region", "supplier", "model")}
        for (_, *values), number in self._members.items():
            for counted, value in zip(found.values(), values, strict=True):
                counted[value] += number
        return {name: dict(sorted(counted.items())) for name, counted in found.items()}

    def _foresee(self, premises: Premises, device: Device) -> None:
        status = inventory_status(device=device)
        busy = is_open_elsewhere(plan=self._plan, device=device, now=self._plan.submitted_at)
        warning = self._list_of(status, busy)
        if warning is not None:
            self._warned[warning] += 1
        if self._plan.device_type is not DeviceType.CHF:
            self._foresee_hub(premises)

    def _foresee_hub(self, premises: Premises) -> None:
        if brings_pairing(self._plan) and not _has_capable_hub(premises):
            self._hubs_first += 1
        if hub_ahead(premises=premises, under_way=self._under_way) is not None:
            self._hubs_under_way += 1

    def _list_of(self, status: DeviceStatus | None, busy: bool) -> WarningList | None:
        """The list that the DCC would put such a device on; there are few kinds of device."""
        kind = status, busy
        if kind not in self._lists:
            recipient = Recipient(
                known=status is not None,
                status=status or DeviceStatus.COMMISSIONED,
                request_in_progress=busy,
            )
            self._lists[kind] = warning_for(recipient=recipient)
        return self._lists[kind]


def foreseen_cuts(
    *, plan: Plan, fleet: Iterable[Premises], capable_version: CapableVersion
) -> tuple[float, ...]:
    """The cuts that would be drawn, from a pass over the fleet; none without waves by count."""
    if not plan.is_counted:
        return ()
    lottery = Lottery(plan)
    for premises in fleet:
        device = candidate(plan=plan, premises=premises)
        if device is None:
            continue
        found = placement(
            plan=plan, premises=premises, device=device, capable_version=capable_version
        )
        if isinstance(found, Seat):
            region, supplier = stratum_of(premises)
            lottery.take(
                device_id=device.device_id, region=region, supplier=supplier, model=device.model
            )
    return cuts(plan=plan, lots=lottery.lots())


def preflight(
    *, plan: Plan, fleet: Collection[Premises], capable_version: CapableVersion
) -> Preflight:
    """The figures of a plan over a fleet: in one pass, or two where waves take a count."""
    drawn = foreseen_cuts(plan=plan, fleet=fleet, capable_version=capable_version)
    count = Count(plan, capable_version, cuts=drawn)
    for _ in count.words(fleet):
        pass
    return count.result()


def _not_before_activation(plan: Plan, end: date | None, *, days: int) -> date | None:
    """An end by releases and attempts, and not before a moment of activation is long past."""
    at = None if plan.activation is None else plan.activation.at
    if end is None or at is None:
        return end
    return max(end, at.date() + timedelta(days=days))


def _has_capable_hub(premises: Premises) -> bool:
    hub = active_device(premises, device_type=DeviceType.CHF)
    return hub is not None and believed_capable(device=hub)
