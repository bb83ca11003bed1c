"""What the programme brings to homes: capable premises by day, wishes for a CAD, and intruders.

One pass over all premises after the campaigns. It is coarser than the emulated fleet: one wish a
premises and no second try, a Privacy PIN that is set once and neither changed nor cleared, and days
instead of seconds. The draws are those of the fleet's own purposes.
"""

from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.compiled import inlined, kernel
from twin.fleet.numbers.pairing_rows import TOP
from twin.vocabulary import PinClass, PinIntervention, PremisesType
from twin.whatif.luck import drawn, guided, picked, purpose_key, stirred, waiting
from twin.whatif.population import NEVER, Population
from twin.whatif.reading import Question
from twin.whatif.threads import Crew

YEAR: Final = 365.25
ATTEMPTS_MAX: Final = 40
"""Attempts of intruders at one premises that are still drawn."""
OWN: Final = (
    *("premises.type", "premises.coverage", "premises.meter-space", "cad.demand"),
    *("cad.local-preference", "cad.gb-specific", "pin.take-up", "pin.set", "pin.class"),
)
EACH: Final = ("intruder.next", "intruder.put-off", "intruder.ready", "intruder.luck")
PINS: Final = 10_000
_NEVER: Final = NEVER
_TOP: Final = TOP


class Homes(Struct, frozen=True, kw_only=True):
    """Counts by what, region and day. `state` (installed, capable, reached, on 868) says how many
    are so by the end of the day, `doing` (wishes, served, intrusions, unauthorised) how often.
    """

    state: NDArray[np.int64]
    doing: NDArray[np.int64]


def homes(
    question: Question,
    *,
    population: Population,
    hub: NDArray[np.int16],
    meter: NDArray[np.int16],
    crew: Crew,
) -> Homes:
    """What the premises come to; `hub` and `meter` are the days of the first activations."""
    days = question.scenario.horizon.days
    seed = question.scenario.seed
    keys = np.array([purpose_key(seed=seed, purpose=one) for one in OWN])
    each = np.array(
        [
            [purpose_key(seed=seed, purpose=one, attempt=nth) for nth in range(ATTEMPTS_MAX + 1)]
            for one in EACH
        ]
    )
    tables = _rates(question), *_shares(question)
    arrays = population.region, population.installed, hub, meter
    found = crew.each(
        population.size,
        lambda first, last: _homes(
            first,
            last,
            arrays,
            (keys, each),
            tables,
            population.capable_from,
            np.zeros((8, 3, days), np.int32),
        ),
        doing="homes",
    )
    counts: NDArray[np.int64] = np.stack(found).sum(axis=0, dtype=np.int64)
    return Homes(state=np.cumsum(counts[:4], axis=2), doing=counts[4:])


def _shares(question: Question) -> tuple[Any, ...]:
    rows, more = question.rows.assumptions, question.rows.pairing
    kinds = tuple(PremisesType)
    by_kind = rows.premises_type_share.keys
    classes = rows.pin_class_share.keys
    return (
        guided(rows.premises_type_share.upto),
        np.array(
            [
                [share.of(kind) for kind in by_kind]
                for share in (
                    rows.ghz_2_4_share,
                    rows.any_band_share,
                    rows.shared_meter_space_share,
                )
            ]
        ).reshape(3, len(kinds)),
        guided(rows.pin_class_share.upto),
        np.array([list(PinClass).index(PinClass(name)) for name in classes]),
        guided(more.intruder_guesses_share.upto),
        np.array([int(name) for name in more.intruder_guesses_share.keys]),
        guided(more.pin_rank_share.upto),
    )


def _rates(question: Question) -> NDArray[np.float64]:
    """Rates and switches: see the names in `_homes`."""
    scenario, rows, more = question.scenario, question.rows.assumptions, question.rows.pairing
    by = scenario.pin_intervention
    prompted = by is PinIntervention.PROMPT_AT_INSTALLATION
    opens = {
        1: NEVER,
        2: (more.gb_specific_available_from - scenario.horizon.starts).days,
        3: -NEVER,
    }
    bands = {"coverage": 0, "ghz_2_4_only": 1, "free_868": 2}
    return np.array(
        [
            bands[scenario.band_policy],
            opens[scenario.option],
            more.gb_specific_offer_share if scenario.option == 2 else 1.0,
            _mean(rows.cad_demand_rate),
            rows.cad_local_preference_share,
            more.pin_take_up_prompted if prompted else rows.pin_take_up,
            0.02 if prompted else rows.pin_set_after_install,
            float(by is PinIntervention.PIN_BY_DEFAULT),
            float(by is PinIntervention.DENY_LIST),
            _mean(more.intruder_rate),
            more.intruder_put_off_share,
        ]
    )


def _mean(rate: float) -> float:
    """Mean days between two of what happens at a rate a year."""
    return YEAR / rate if rate > 0 else 1e9


@kernel
def _homes(  # noqa: C901
    first: int, last: int, arrays: Any, luck: Any, tables: Any, capable_from: int, counts: Any
) -> Any:
    region, installed, hub, meter = arrays
    keys = luck[0]
    rates, kinds, by_kind = tables[0], tables[1], tables[2]
    days = counts.shape[2]
    for one in range(first, last):
        day, mixed = int(installed[one]), stirred(one)
        if day >= days:
            continue
        here = region[one]
        counts[0, here, max(day, 0)] += 1
        capable = day
        if day < capable_from:
            capable = max(int(hub[one]), int(meter[one]))
        kind = picked(kinds, drawn(mixed, keys[0]))
        reach = drawn(mixed, keys[1])
        narrow, wide = reach < by_kind[0, kind], reach < by_kind[1, kind]
        reached = narrow if rates[0] == 1 else wide
        if capable < days:
            counts[1, here, max(capable, 0)] += 1
            if reached:
                counts[2, here, max(capable, 0)] += 1
                if wide and (rates[0] == 2 or (rates[0] == 0 and not narrow)):
                    counts[3, here, max(capable, 0)] += 1
        _wish(mixed, day, capable if reached else _NEVER, keys, rates, counts, here)
        if drawn(mixed, keys[2]) < by_kind[2, kind]:
            _intruders(mixed, day, max(capable, int(rates[1])), luck, tables, counts, here)
    return counts


@inlined
def _wish(
    mixed: Any, installed: int, capable: int, keys: Any, rates: Any, counts: Any, here: int
) -> None:
    """The first wish for local pairing of a CAD, and whether the premises serves it by then."""
    if drawn(mixed, keys[4]) >= rates[4]:
        return
    luck = drawn(mixed, keys[3])
    # a wait is as long as luck times its mean at least, so most need no logarithm
    if installed + int(luck * rates[3]) >= counts.shape[2]:
        return
    at = installed + int(min(waiting(luck, rates[3]), 1e6))
    if 0 <= at < counts.shape[2]:
        counts[4, here, at] += 1
        offered = at >= rates[1] and drawn(mixed, keys[5]) < rates[2]
        if offered and capable <= at:
            counts[5, here, at] += 1


@kernel
def _intruders(
    mixed: Any, installed: int, open_from: int, luck: Any, tables: Any, counts: Any, here: int
) -> None:
    """Attempts at a meter that others can reach; without a PIN nothing stops them (¶33)."""
    keys, each = luck
    rates = tables[0]
    pin_from = installed if rates[7] else _NEVER
    chosen_from = _NEVER
    if drawn(mixed, keys[6]) < rates[5]:
        chosen_from = installed + int(min(waiting(drawn(mixed, keys[7]), rates[6]), 1e6))
        pin_from = min(pin_from, chosen_from)
    at = float(installed)
    for nth in range(1, ATTEMPTS_MAX + 1):
        at += waiting(drawn(mixed, each[0, nth]), rates[9])
        if at >= counts.shape[2]:
            return
        day = int(at)
        if day < 0 or at < 0:
            continue
        counts[6, here, day] += 1
        if day < open_from:
            continue
        if day < pin_from or _guessed(mixed, nth, day >= chosen_from, luck, tables):
            counts[7, here, day] += 1


@kernel
def _guessed(mixed: Any, nth: int, is_chosen: bool, luck: Any, tables: Any) -> bool:
    """Whether an intruder hits the PIN within the guesses that they are ready to make."""
    keys, each = luck
    rates, _, _, classes, class_of, ready, guesses, ranks = tables
    if drawn(mixed, each[1, nth]) < rates[10]:
        return False
    most = guesses[picked(ready, drawn(mixed, each[2, nth]))]
    kind = class_of[picked(classes, drawn(mixed, keys[8]))] if is_chosen else 2
    denied = rates[8] > 0
    if denied:
        kind = 2
    uniform = drawn(mixed, each[3, nth])
    if kind == 0:
        return bool(most >= 1)
    if kind == 1:
        low, high = ranks[0][0], ranks[0][_TOP - 1]
        return bool(picked(ranks, low + uniform * (high - low)) + 1 <= most)
    return bool(1 + int(uniform * (PINS - _TOP)) + (0 if denied else _TOP) <= most)
