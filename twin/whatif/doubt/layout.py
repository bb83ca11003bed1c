"""A question laid out for the cohort engine: members by wave and cell, and the plan's numbers.

A cell is a region, a group of suppliers whom every wave treats alike, and whether the image is bad
for its devices.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.campaign.beginning import ENROLLED_AFTER_TICKS
from twin.campaign.plan import Plan, PlannedWave
from twin.fleet.numbers.assumptions import SUPPLIERS
from twin.fleet.numbers.reference_files import geography
from twin.fleet.numbers.shapes import Distribution
from twin.fleet.population.growth import Growth
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import CspRegion
from twin.whatif.doubt.course import EXCLUDE, RESUME, STOP
from twin.whatif.reading import Question

REGIONS: Final = tuple(CspRegion)
ANSWERS: Final = {"exclude_model": EXCLUDE, "resume": RESUME, "stop": STOP}
PUBLISHED_FROM: Final = date(2017, 7, 1)
"""The growth that happened begins there, with the first SMETS2 meter."""


class Place(NamedTuple):
    """A region and the suppliers there whom every wave of every plan treats alike."""

    region: CspRegion
    suppliers: tuple[str, ...]
    share: float


class Cell(NamedTuple):
    """Devices that are counted as one: where, whose, whether the image is bad for them."""

    place: int
    region: CspRegion
    suppliers: tuple[str, ...]
    bad: bool
    share: float


class Laid(Struct, frozen=True, kw_only=True):
    """A campaign laid out: arrays of `twin.whatif.doubt.course.Campaign` that no draw changes.

    `failed` is the share of activations that a bad image fails, `covered` the share of the old
    premises that are members: who is installed after the enrolment is none. `starts` is the first
    day on which it may begin, from the horizon's first; `after` the number of the one before it.
    """

    plan: Plan
    names: tuple[Cell, ...]
    members: NDArray[np.float64]
    cells: NDArray[np.float64]
    pace: NDArray[np.float64]
    timing: NDArray[np.float64]
    caps: NDArray[np.float64]
    rule: NDArray[np.float64]
    weights: NDArray[np.float64]
    failed: float
    covered: float
    starts: int
    after: int


def laid_out(question: Question, places: tuple[Place, ...]) -> tuple[Laid, ...]:
    """Every campaign of a question, in order; `twin.whatif.doubt.bounds` says which can be."""
    found: list[Laid] = []
    for plan in question.plans:
        found.append(_laid(question, plan, places, tuple(found)))
    return tuple(found)


def places_of(question: Question, *, apart: bool = False) -> tuple[Place, ...]:
    """Where and whose premises are, the same for all plans; `apart` parts every supplier."""
    by_region = regional_shares()
    suppliers = shares_of(question.rows.assumptions.supplier_share)
    late = {one.supplier: one.starts for one in question.scenario.late_suppliers}
    groups: dict[object, list[str]] = {}
    for supplier in SUPPLIERS:
        taken = [w.suppliers for plan in question.plans for w in plan.waves]
        taken += [plan.selection.suppliers for plan in question.plans]
        alike = tuple(not names or supplier in names for names in taken)
        groups.setdefault(supplier if apart else (alike, late.get(supplier)), []).append(supplier)
    return tuple(
        Place(region, tuple(group), by_region[region] * sum(suppliers[s] for s in group))
        for region, group in product(REGIONS, groups.values())
    )


def frozen_days(question: Question) -> NDArray[np.bool_]:
    """The days of the horizon on which nothing is released."""
    horizon = question.scenario.horizon
    frozen = np.zeros(horizon.days, dtype=np.bool_)
    for freeze in question.scenario.freezes:
        first = (freeze.starts - horizon.starts).days
        frozen[max(0, first) : max(0, first + freeze.days)] = True
    return frozen


def installed_share(question: Question, day: date) -> float:
    """The share of the premises that the scenario's curve has installed by the start of a day."""
    fleet, horizon = question.scenario.fleet, question.scenario.horizon
    assert fleet is not None  # `bounds` refuses a basis
    at = _midnight(day)
    if fleet.curve == "own":
        knots = [_midnight(point.day).timestamp() for point in fleet.points]
        return float(np.interp(at.timestamp(), knots, [point.share for point in fleet.points]))
    since = question.rows.assumptions.growth_from
    since = since if fleet.curve == "planned" else max(since, PUBLISHED_FROM)
    return Growth(since=since, ends=_midnight(horizon.ends)).share(at)


def shares_of(found: Distribution) -> dict[str, float]:
    """The share of each name of a distribution."""
    below = (0.0, *found.upto)
    return {k: hi - lo for k, lo, hi in zip(found.keys, below, found.upto, strict=False)}


def _laid(
    question: Question, plan: Plan, places: tuple[Place, ...], earlier: tuple[Laid, ...]
) -> Laid:
    models = len(shipped_catalogue().upgradable(plan.device_type))
    names, failed = _cells(question, plan, places, models)
    scenario, horizon = question.scenario, question.scenario.horizon
    capable_from = question.rows.assumptions.pairing_capable_from
    enrolled = max(plan.submitted_at.date(), horizon.starts) + timedelta(days=1)
    old = installed_share(question, min(capable_from, horizon.ends))
    _, cut = plan.installed_within
    reached = min(cut or enrolled, enrolled, capable_from, horizon.ends)
    size = scenario.premises * installed_share(question, reached)
    late = {one.supplier: (one.starts - horizon.starts).days for one in scenario.late_suppliers}
    opens = [max((late.get(s, 0) for s in cell.suppliers), default=0) for cell in names]
    policy, hold = plan.policy, scenario.hold
    rule, gate = plan.gate, plan.gate.kind == "sequential"
    after = [n for n, one in enumerate(earlier) if one.plan.campaign_id == plan.after]
    return Laid(
        plan=plan,
        names=names,
        members=_members(plan, names, size),
        cells=np.array(
            [
                [REGIONS.index(cell.region), float(cell.bad), opens[n]]
                for n, cell in enumerate(names)
            ]
        ),
        pace=np.array([_pace(wave, scenario.sample) for wave in plan.waves]),
        timing=np.array(
            [
                policy.follow_up_days * policy.attempts_max,
                ANSWERS[hold.answer],
                hold.after_days,
            ],
            dtype=np.float64,
        ),
        caps=_caps(plan, scenario.sample),
        rule=np.array(
            [
                *(rule.success_at_least, rule.errors_above, rule.evidence_at_least),
                *(rule.settled_at_least, rule.alpha, rule.accept_good, rule.accept_bad),
                *(rule.accept_alpha, rule.accept_beta, float(gate)),
            ],
            dtype=np.float64,
        ),
        weights=_weights(plan, models, blames=_blames(question, plan)),
        failed=failed,
        covered=size / (old * scenario.premises) if old else 0.0,
        starts=_first_day(question, plan),
        after=after[0] if after else -1,
    )


def _pace(wave: PlannedWave, sample: float) -> tuple[float, float, float]:
    """Days of release and of soak, and with how many confirmed the soak begins (0: all are out)."""
    after = 0.0 if wave.soak_after is None else max(1.0, wave.soak_after * sample)
    return float(wave.release_days), float(wave.soak_days), after


def _first_day(question: Question, plan: Plan) -> int:
    """The first day on which a plan may start: its own, once it is frozen and approved."""
    first = question.scenario.horizon.starts
    submitted = max(plan.submitted_at.date(), first)
    ready = (submitted - first).days + ENROLLED_AFTER_TICKS + int(plan.approval_required)
    return max((plan.starts_on - first).days, ready)


def _cells(
    question: Question, plan: Plan, places: tuple[Place, ...], models: int
) -> tuple[tuple[Cell, ...], float]:
    share, failed = _bad(question, plan, models)
    cells = [
        Cell(nth, place.region, place.suppliers, bad, place.share * (share if bad else 1 - share))
        for nth, place in enumerate(places)
        for bad in (False, True)
    ]
    return tuple(cell for cell in cells if cell.share > 0), failed


def _bad(question: Question, plan: Plan, models: int) -> tuple[float, float]:
    """The share of a plan's devices whose image is bad, and the share of activations it fails."""
    images = question.scenario.bad_images
    if images is None:
        incident = question.rows.firmware.bad_image_failed_share
        return (1 / models, incident) if plan.device_type == "ESME" else (0.0, 0.0)
    for image in images:
        if image.device_type == plan.device_type:
            return (1 / models if image.model else image.share), image.failed_share
    return 0.0, 0.0


def regional_shares() -> dict[CspRegion, float]:
    """The share of the premises in each communications region, in the order of `REGIONS`."""
    found = dict.fromkeys(REGIONS, 0.0)
    for name, share in shares_of(geography().share).items():
        found[geography().regions[name].csp_region] += share
    return found


def _members(plan: Plan, names: tuple[Cell, ...], size: float) -> NDArray[np.float64]:
    """Members of each wave and cell: a wave has its share of each stratum, or what is left."""
    found = np.zeros((len(plan.waves), len(names)))
    for nth, cell in enumerate(names):
        left = _selected(plan, cell)
        for number, wave in enumerate(plan.waves):
            if _takes(wave, cell):
                part = left if wave.rest else min(left, wave.share)
                found[number, nth] = part * cell.share * size
                left -= part
    return found


def _selected(plan: Plan, cell: Cell) -> float:
    chosen = plan.selection
    inside = not chosen.regions or cell.region in chosen.regions
    return float(inside and (not chosen.suppliers or cell.suppliers[0] in chosen.suppliers))


def _takes(wave: PlannedWave, cell: Cell) -> bool:
    regions = not wave.regions or cell.region in wave.regions
    return regions and (not wave.suppliers or cell.suppliers[0] in wave.suppliers)


def _caps(plan: Plan, sample: float) -> NDArray[np.float64]:
    """Members a day by region and in all; no number is no limit. A sample shrinks them alike."""
    caps = np.full(len(REGIONS) + 1, np.inf)
    if plan.pacing is None:
        return caps
    rates: Mapping[str, int] = plan.pacing.per_region
    for nth, region in enumerate(REGIONS):
        rate = rates.get(region, rates.get("*"))
        caps[nth] = np.inf if rate is None else rate * sample
    if plan.pacing.per_day is not None:
        caps[-1] = plan.pacing.per_day * sample
    return caps


def _blames(question: Question, plan: Plan) -> bool:
    """Whether a bad image is one of a model, which the gate can name; a share of all is none."""
    images = question.scenario.bad_images
    return images is None or any(i.model and i.device_type == plan.device_type for i in images)


def _weights(plan: Plan, models: int, *, blames: bool) -> NDArray[np.float64]:
    """The parts of alpha: the whole, the bad model, each region (`twin.campaign.gates.strata`)."""
    strata = plan.gate.strata
    if not strata:
        return np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    part = 0.5 / len(strata) / 2
    model = part / models if "model" in strata and blames else 0.0
    region = part / len(REGIONS) if "region" in strata else 0.0
    return np.array([0.5, model, region, region, region])


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
