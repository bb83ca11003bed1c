"""Who lives in the fleet: each premises as it is planned, a function of the seed and its number."""

from datetime import UTC, datetime

from msgspec import Struct

from twin.fleet.numbers.assumptions import Assumptions
from twin.fleet.numbers.draws import draw
from twin.fleet.numbers.han_rows import HanRows, shipped_han
from twin.fleet.numbers.reference_files import geography
from twin.fleet.numbers.shapes import waiting
from twin.fleet.population.growth import Growth
from twin.fleet.population.identity import device_id, premises_id
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import (
    ChfLocation,
    CspRegion,
    DeviceType,
    GspGroup,
    HubVariant,
    Obstruction,
    PremisesType,
)

_DAY = 86_400
_PAIRING = frozenset({DeviceType.CHF, DeviceType.ESME})
"""Devices whose firmware has local pairing or has it not (BR04)."""


class FirmwareFit(Struct, frozen=True):
    """A model and the version it is installed with."""

    model: str
    version: str
    pairing_capable: bool


class PlannedDevice(Struct, frozen=True):
    """A device that will be installed; a Type 2 device has no firmware fit (BR38)."""

    device_id: str
    device_type: DeviceType
    fit: FirmwareFit | None = None


class PremisesPlan(Struct, frozen=True, kw_only=True):
    """A premises with all that chance decides about it before its installation.

    `installed_at` is in seconds since 1970, UTC; `devices` are in the order of installation,
    the hub first. `gpf_id` is the gas proxy function inside the hub.
    """

    premises_id: str
    premises_type: PremisesType
    region: str
    csp_region: CspRegion
    gsp_group: GspGroup
    supplier: str
    dual_fuel: bool
    shared_meter_space: bool
    ghz_2_4: bool
    sub_ghz: bool
    hub_variant: HubVariant
    hub_location: ChfLocation
    obstructions: tuple[Obstruction, ...]
    installed_at: int
    devices: tuple[PlannedDevice, ...]
    gpf_id: str

    @property
    def on_sub_ghz(self) -> bool:
        """Whether 868 MHz, and not 2.4 GHz, reaches the rest of the premises (paragraphs 5, 6)."""
        return self.sub_ghz and not self.ghz_2_4

    def device(self, device_type: DeviceType) -> PlannedDevice:
        """The device of a type; raises LookupError where the premises has none."""
        for device in self.devices:
            if device.device_type == device_type:
                return device
        raise LookupError(f"{self.premises_id} has no {device_type}")


class Population:
    """Makes the plan of each premises on demand, so that a large fleet needs little memory.

    Raises ValueError where the catalogue has no hub or no meter that can be upgraded.
    """

    def __init__(
        self,
        *,
        assumptions: Assumptions,
        catalogue: Catalogue,
        seed: int,
        ends: datetime,
        han: HanRows | None = None,
    ) -> None:
        self._assumptions = assumptions
        self._han = han or shipped_han()
        self._catalogue = catalogue
        self._seed = seed
        self.growth = Growth(since=assumptions.growth_from, ends=ends)
        self._models = {
            DeviceType.CHF: catalogue.upgradable(DeviceType.CHF),
            DeviceType.ESME: catalogue.upgradable(DeviceType.ESME),
            DeviceType.GSME: catalogue.models(DeviceType.GSME),
        }
        for device_type, models in self._models.items():
            if not models:
                raise ValueError(f"the catalogue has no {device_type} that this fleet can use")
        for device_type in (DeviceType.PPMID, DeviceType.HCALCS):
            self._models[device_type] = catalogue.models(device_type)
        day = assumptions.pairing_capable_from
        self._capable_from = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()

    def installed_at(self, *, index: int) -> int:
        """Moment of installation in seconds since 1970: a day of the curve, a working hour."""
        day = self.growth.moment(self._draw(index, "installed.day")) // _DAY * _DAY
        first, last = self._assumptions.install_first_hour, self._assumptions.install_last_hour
        hour = first + (last - first) * self._draw(index, "installed.hour")
        return day + int(hour * 3600) // 60 * 60

    def registered_at(self, *, index: int, starts: datetime) -> int:
        """Moment of registration; within the run for what is installed within it."""
        mean = self._assumptions.registered_before_install
        lead = 3600 + int(waiting(self._draw(index, "registered.lead"), mean=mean) * _DAY)
        installed_at = self.installed_at(index=index)
        first = int(starts.timestamp()) + 1
        return installed_at - lead if installed_at <= first else max(installed_at - lead, first)

    def plan(self, *, index: int) -> PremisesPlan:
        """The premises with a number; the same whatever else was asked before."""
        rules = self._assumptions
        name = premises_id(seed=self._seed, index=index)
        kind = rules.premises_type_share.pick(self._draw(index, "premises.type"))
        region = geography().region(self._draw(index, "premises.region"))
        reach = self._draw(index, "premises.coverage")
        ghz_2_4 = reach < rules.ghz_2_4_share.of(kind)
        dual_fuel = self._draw(index, "premises.gas") < region.gas_share
        installed_at = self.installed_at(index=index)
        return PremisesPlan(
            premises_id=name,
            premises_type=PremisesType(kind),
            region=region.name,
            csp_region=region.csp_region,
            gsp_group=GspGroup(region.areas.pick(self._draw(index, "premises.area"))),
            supplier=rules.supplier_share.pick(self._draw(index, "premises.supplier")),
            dual_fuel=dual_fuel,
            shared_meter_space=self._draw(index, "premises.meter-space")
            < rules.shared_meter_space_share.of(kind),
            ghz_2_4=ghz_2_4,
            sub_ghz=reach < rules.any_band_share.of(kind),
            hub_variant=HubVariant.SINGLE_BAND if ghz_2_4 else HubVariant.DUAL_BAND,
            hub_location=ChfLocation(
                self._han.hub_location_share.pick(self._draw(index, "hub.location"))
            ),
            obstructions=self._obstructions(index),
            installed_at=installed_at,
            devices=self._devices(index, name, dual_fuel, installed_at),
            gpf_id=device_id(seed=self._seed, owner=name, role=DeviceType.GPF),
        )

    def _devices(
        self, index: int, owner: str, dual_fuel: bool, installed_at: int
    ) -> tuple[PlannedDevice, ...]:
        kinds = [DeviceType.CHF, DeviceType.ESME]
        if dual_fuel:
            kinds.append(DeviceType.GSME)
        if self._draw(index, "premises.ihd") < self._assumptions.ihd_take_up:
            kinds.append(DeviceType.IHD)
        for kind, share in (
            (DeviceType.PPMID, self._han.ppmid_share),
            (DeviceType.HCALCS, self._han.hcalcs_share),
        ):
            if self._draw(index, f"premises.{kind}") < share:
                kinds.append(kind)
        return tuple(
            PlannedDevice(
                device_id(seed=self._seed, owner=owner, role=kind),
                kind,
                self._fit(index, kind, installed_at),
            )
            for kind in kinds
        )

    def _obstructions(self, index: int) -> tuple[Obstruction, ...]:
        shares = self._han.obstruction_share
        return tuple(one for one in Obstruction if self._draw(index, f"hub.{one}") < shares.of(one))

    def next_hub(self, *, plan: PremisesPlan, index: int, number: int, at: int) -> PlannedDevice:
        """The hub that replaces one at second `at`, with the firmware of its day.

        `number` counts the hubs of the premises, the first one being 1.
        """
        fit = self._fit(index, DeviceType.CHF, at, purpose=f"model.CHF.{number}")
        role = f"{DeviceType.CHF}.{number}"
        name = device_id(seed=self._seed, owner=plan.premises_id, role=role)
        return PlannedDevice(name, DeviceType.CHF, fit)

    def next_gpf(self, *, plan: PremisesPlan, number: int) -> str:
        """Id of the gas proxy function inside the hub with a number."""
        role = f"{DeviceType.GPF}.{number}"
        return device_id(seed=self._seed, owner=plan.premises_id, role=role)

    def _fit(
        self, index: int, kind: DeviceType, installed_at: int, purpose: str | None = None
    ) -> FirmwareFit | None:
        """From the capable date on with local pairing, before it without (paragraph 31, (i))."""
        models = self._models.get(kind)
        if not models:
            return None
        model = models[int(self._draw(index, purpose or f"model.{kind}") * len(models))]
        older = self._catalogue.older_version(model)
        capable = self._catalogue.capable_version(model)
        if kind not in _PAIRING:
            return FirmwareFit(model, self._plain_version(index, kind, capable, older), False)
        if capable is None or older is None:
            raise AssertionError(f"{model} cannot be upgraded")
        new = installed_at >= self._capable_from
        return FirmwareFit(model, capable if new else older, new)

    def _plain_version(
        self, index: int, kind: DeviceType, newest: str | None, older: str | None
    ) -> str:
        """What a device without local pairing runs at first: the newest, some gas meters not."""
        share = self._assumptions.gas_meter_older_share
        is_older = kind is DeviceType.GSME and self._draw(index, "gas.older") < share
        return (older if is_older else newest or older) or ""

    def _draw(self, index: int, purpose: str) -> float:
        return draw(seed=self._seed, entity=index, purpose=purpose)


def moment(seconds: int) -> datetime:
    """A moment in UTC from seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
