"""The premises of a scenario in narrow arrays, drawn as the emulated fleet draws them.

Only what decides about membership is kept: region, supplier, models, day of installation. Days are
counted from the first of the horizon, negative before it.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.compiled import kernel
from twin.fleet.numbers.assumptions import SUPPLIERS
from twin.fleet.numbers.reference_files import geography
from twin.fleet.population.growth import Growth
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import CspRegion, DeviceType
from twin.whatif.luck import drawn, guided, picked, purpose_key, stirred
from twin.whatif.reading import Question
from twin.whatif.scenario import GeneratedFleet
from twin.whatif.threads import Crew

DAY: Final = 86_400
REGIONS: Final = tuple(CspRegion)
KINDS: Final = (DeviceType.CHF, DeviceType.ESME, DeviceType.GSME)
"""Types of device whose firmware can be updated, by their number in the kernels."""
NEVER: Final = 32_767
"""A day that does not come."""
PUBLISHED_FROM: Final = date(2017, 7, 1)
"""The first SMETS2 meter in fact (`domain.md` 2.5)."""


class Population(Struct, frozen=True, kw_only=True):
    """One entry a premises in each array; `models` by type of device, 255 where it has none.

    `names` are the models by type, `installed` is the day of installation, `entity` the number
    that draws of a premises begin with (None: its place). `older_gas` marks gas meters that are
    installed with an older version.
    """

    region: NDArray[np.uint8]
    supplier: NDArray[np.uint8]
    installed: NDArray[np.int16]
    models: tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    capable_from: int

    @property
    def size(self) -> int:
        """How many premises there are."""
        return len(self.region)


class Held:
    """The premises of the last run of somebody who asks again: another knob draws none anew."""

    def __init__(self) -> None:
        """Nothing is held yet."""
        self._of: tuple[object, ...] | None = None
        self._population: Population | None = None

    def populated(self, question: Question, *, catalogue: Catalogue, crew: Crew) -> Population:
        """The premises of a scenario, those of the run before where nothing of them differs."""
        scenario, rows = question.scenario, question.rows.assumptions
        of = (
            *(
                scenario.seed,
                scenario.premises,
                scenario.horizon,
                scenario.fleet,
                catalogue.entries,
            ),
            *(rows.supplier_share, rows.growth_from, rows.gas_meter_older_share),
            rows.pairing_capable_from,
        )
        if self._population is None or of != self._of:
            self._population = None
            self._population = populated(question, catalogue=catalogue, crew=crew)
            self._of = of
        return self._population


def populated(question: Question, *, catalogue: Catalogue, crew: Crew) -> Population:
    """The premises of a scenario that starts with a generated fleet."""
    scenario, rows = question.scenario, question.rows.assumptions
    assert scenario.fleet is not None  # a basis is read elsewhere
    size, start = scenario.premises, scenario.horizon.starts
    names = models_of(catalogue)
    at, share = _curve(scenario.fleet, rows.growth_from, scenario.horizon.ends)
    keys = np.array(
        [
            purpose_key(seed=scenario.seed, purpose=purpose)
            for purpose in (
                *("premises.region", "premises.supplier", "installed.day"),
                *(f"model.{kind}" for kind in KINDS),
                *("premises.gas", "gas.older"),
            )
        ]
    )
    found = _Arrays(size)
    regions = geography()
    csp = np.array([REGIONS.index(regions.regions[n].csp_region) for n in regions.share.keys])
    gas = np.array([regions.regions[n].gas_share for n in regions.share.keys])
    shares = (
        guided(regions.share.upto),
        csp.astype(np.uint8),
        gas,
        guided(rows.supplier_share.upto),
        np.array([SUPPLIERS.index(n) for n in rows.supplier_share.keys], np.uint8),
    )
    counts = np.array([len(one) for one in names])
    can = np.array([catalogue.capable_version(name) is not None for name in names[2]])
    curve = (at, guided(tuple(share)), (start - date(1970, 1, 1)).days)
    crew.each(
        size,
        lambda first, last: _draw(
            first, last, keys, shares, (counts, can), curve, rows.gas_meter_older_share, found.all
        ),
        doing="premises",
    )
    return Population(
        region=found.region,
        supplier=found.supplier,
        installed=found.installed,
        models=(found.hub, found.meter, found.gas),
        names=names,
        capable_from=(rows.pairing_capable_from - start).days,
    )


def models_of(
    catalogue: Catalogue,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The models of a fleet by type of device, as the emulated fleet draws from them."""
    return (
        catalogue.upgradable(DeviceType.CHF),
        catalogue.upgradable(DeviceType.ESME),
        catalogue.models(DeviceType.GSME),
    )


class _Arrays:
    """What the kernel fills."""

    def __init__(self, size: int) -> None:
        self.region = np.empty(size, np.uint8)
        self.supplier = np.empty(size, np.uint8)
        self.installed = np.empty(size, np.int16)
        self.hub, self.meter, self.gas = (np.empty(size, np.uint8) for _ in range(3))
        self.all = (
            *(self.region, self.supplier, self.installed),
            *(self.hub, self.meter, self.gas),
        )


def _curve(
    fleet: GeneratedFleet, since: date, ends: date
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds since 1970 and the share of premises installed by then, straight in between."""
    if fleet.curve == "own":
        knots = tuple((midnight(point.day).timestamp(), point.share) for point in fleet.points)
    else:
        first = since if fleet.curve == "planned" else max(since, PUBLISHED_FROM)
        knots = Growth(since=first, ends=midnight(ends)).knots
    return np.array([at for at, _ in knots]), np.array([share for _, share in knots])


def midnight(day: date) -> datetime:
    """The first moment of a day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def day_of(start: date, nth: int) -> date:
    """The day of a number, counted from the first of the horizon."""
    return start + timedelta(days=nth)


@kernel
def _draw(
    first: int,
    last: int,
    keys: Any,
    shares: tuple[Any, Any, Any, Any, Any],
    models: tuple[Any, Any],
    curve: tuple[Any, Any, int],
    older_share: float,
    found: tuple[Any, Any, Any, Any, Any, Any],
) -> None:
    """Fill the arrays of the premises from `first` to before `last`."""
    regions, csp, gas_share, suppliers, supplier_names = shares
    at, shares_by, start = curve
    share = shares_by[0]
    region, supplier, installed, hub, meter, gas = found
    counts, can = models
    for one in range(first, last):
        mixed = stirred(one)
        here = picked(regions, drawn(mixed, keys[0]))
        region[one] = csp[here]
        supplier[one] = supplier_names[picked(suppliers, drawn(mixed, keys[1]))]
        uniform = drawn(mixed, keys[2])
        nth = max(picked(shares_by, uniform), 1)
        low, high = share[nth - 1], share[nth]
        second = int(at[nth - 1] + (at[nth] - at[nth - 1]) * (uniform - low) / (high - low))
        installed[one] = second // 86_400 - start
        hub[one] = int(drawn(mixed, keys[3]) * counts[0])
        meter[one] = int(drawn(mixed, keys[4]) * counts[1])
        gas[one] = 255
        # a gas meter with the newest firmware has nothing to get, so it is as good as none
        if older_share > 0 and drawn(mixed, keys[7]) < older_share:
            model = int(drawn(mixed, keys[5]) * counts[2])
            if can[model] and drawn(mixed, keys[6]) < gas_share[here]:
                gas[one] = model
