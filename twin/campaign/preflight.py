"""Pre-flight of a plan on the fleet as it is: who would be asked, who not and why. Changes nothing.

The same functions decide membership here and on the live table, so that a plan's members are
those that would be frozen at the same basis.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from math import ceil
from typing import Final

from msgspec import Struct

from twin.campaign.attempts import is_open_elsewhere
from twin.campaign.fair_shares import Cell
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
    members whose hub is not known to be capable: for them the upgrade brings nothing yet (BR02).
    `earliest` is the end if everything is confirmed at once, `latest` if every attempt is used,
    None if the pace and the windows do not let all waves out within three years; `releases` are
    the days of each wave in the first case.
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
    requests: tuple[int, ...]
    releases: tuple[WaveOutlook, ...]
    earliest: date | None
    latest: date | None

    @property
    def total(self) -> int:
        """Members of all waves."""
        return sum(self.members)


class Count:
    """Counts a plan's words as premises come by; holds no premises."""

    def __init__(self, plan: Plan, capable_version: CapableVersion) -> None:
        """A count of nothing yet."""
        self._plan = plan
        self._capable_version = capable_version
        self._cells: Counter[tuple[int, Cell]] = Counter()
        self._strata: dict[str, Counter[str]] = {
            name: Counter() for name in ("region", "supplier", "model")
        }
        self._excluded: Counter[Exclusion] = Counter()
        self._warned: Counter[WarningList] = Counter()
        self._hubs_first = 0

    def words(self, fleet: Iterable[Premises]) -> Iterator[Word]:
        """What the plan would say of each device, counted as it is said."""
        for premises in fleet:
            device = candidate(plan=self._plan, premises=premises)
            if device is not None:
                yield self._word(premises, device)

    def result(self) -> Preflight:
        """The figures of all that has come by."""
        plan = self._plan
        cells: list[dict[Cell, int]] = [{} for _ in plan.waves]
        for (wave, cell), number in sorted(self._cells.items()):
            cells[wave - 1][cell] = number
        members = tuple(sum(wave.values()) for wave in cells)
        soon = outlook(plan=plan, members=cells, waiting_days=0)
        waiting = plan.policy.attempts_max * plan.policy.follow_up_days
        regions, suppliers, models = (
            dict(sorted(self._strata[name].items())) for name in ("region", "supplier", "model")
        )
        return Preflight(
            devices=sum(members) + self._excluded.total(),
            members=members,
            regions=regions,
            suppliers=suppliers,
            models=models,
            excluded=dict(sorted(self._excluded.items())),
            warned=dict(sorted(self._warned.items())),
            unforeseen=UNFORESEEN,
            hubs_first=self._hubs_first,
            requests=tuple(ceil(n / DEVICES_MAX) for n in members),
            releases=soon.waves,
            earliest=soon.end,
            latest=outlook(plan=plan, members=cells, waiting_days=waiting).end,
        )

    def _word(self, premises: Premises, device: Device) -> Word:
        plan = self._plan
        found = placement(
            plan=plan,
            premises=premises,
            device=device,
            capable_version=self._capable_version,
        )
        if not isinstance(found, Seat):
            self._excluded[found] += 1
            return Word(premises.premises_id, device.device_id, None, None, found)
        region, supplier = stratum_of(premises)
        stratum = {"region": region, "supplier": supplier, "model": device.model}
        named = {name: value or UNKNOWN for name, value in stratum.items()}
        for name, value in named.items():
            self._strata[name][value] += 1
        self._cells[found.wave, cell_of(pace=plan.pacing or Pace(), **named)] += 1
        self._foresee(premises, device)
        return Word(premises.premises_id, device.device_id, found.wave, found.place, None)

    def _foresee(self, premises: Premises, device: Device) -> None:
        status = inventory_status(device=device)
        recipient = Recipient(
            known=status is not None,
            status=status or DeviceStatus.COMMISSIONED,
            request_in_progress=is_open_elsewhere(
                plan=self._plan, device=device, now=self._plan.submitted_at
            ),
        )
        if (warning := warning_for(recipient=recipient)) is not None:
            self._warned[warning] += 1
        if self._plan.device_type is not DeviceType.CHF and not _has_capable_hub(premises):
            self._hubs_first += 1


def preflight(
    *, plan: Plan, fleet: Iterable[Premises], capable_version: CapableVersion
) -> Preflight:
    """The figures of a plan over a fleet, in one pass."""
    count = Count(plan, capable_version)
    for _ in count.words(fleet):
        pass
    return count.result()


def _has_capable_hub(premises: Premises) -> bool:
    hub = active_device(premises, device_type=DeviceType.CHF)
    return hub is not None and believed_capable(device=hub)
