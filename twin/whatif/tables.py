"""From counts to tables: plain rows in one fixed order, the same bytes for the same counts."""

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from twin.campaign.state import Campaign
from twin.events.programme import (
    CampaignFinished,
    CampaignStarted,
    CampaignStopped,
    GateEvaluated,
    WaveAdvanced,
    WaveFailed,
    WavePassed,
)
from twin.events.registry import CampaignFact, short_name
from twin.whatif.batches import What
from twin.whatif.campaigning import Running
from twin.whatif.course import Course
from twin.whatif.living import Homes
from twin.whatif.outcome import CAPABLE, DAILY, DECISIONS, EXPOSURE, PAIRING, WAVES, CampaignEnd
from twin.whatif.strata import REGIONS

TOLD: Final = (What.RELEASED, What.ACTIVATED, What.CONFIRMED, What.FAILED, What.TIMED_OUT)
_OVER: Final = (WavePassed, WaveFailed, WaveAdvanced)


def daily(course: Course, start: date) -> pl.DataFrame:
    """Events by day, campaign, wave and region."""
    parts = [
        _rows(DAILY, start, running.daily[list(TOLD)], name, waves=True)
        for name, running in course.running.items()
    ]
    return _whole(parts, DAILY).sort("day", "campaign_id", "wave", "region")


def exposure(course: Course, start: date) -> pl.DataFrame:
    """Devices that held an image that is bad for them, by day, campaign and region."""
    parts = [
        _rows(
            EXPOSURE,
            start,
            running.daily[[What.EXPOSED, What.STRUCK]].sum(axis=1, keepdims=True),
            name,
            waves=False,
        )
        for name, running in course.running.items()
    ]
    return _whole(parts, EXPOSURE).sort("day", "campaign_id", "region")


def capable(found: Homes, start: date) -> pl.DataFrame:
    """Premises installed, capable and reached, every day and region."""
    days = found.state.shape[2]
    columns = ("installed", "capable", "reached", "on_868")
    parts = [
        pl.DataFrame(
            {
                "day": _days(start, np.arange(days)),
                "region": [str(region)] * days,
                **{name: found.state[nth, r] for nth, name in enumerate(columns)},
            },
            schema=CAPABLE,
        )
        for r, region in enumerate(REGIONS)
    ]
    return pl.concat(parts).sort("day", "region")


def pairing(found: Homes, start: date) -> pl.DataFrame:
    """What people and intruders try, by day and region."""
    region, day = np.nonzero(found.doing.sum(axis=0))
    columns = ("wishes", "served", "intrusions", "unauthorised")
    return pl.DataFrame(
        {
            "day": _days(start, day),
            "region": [str(REGIONS[r]) for r in region],
            **{name: found.doing[nth, region, day] for nth, name in enumerate(columns)},
        },
        schema=PAIRING,
    ).sort("day", "region")


def waves(course: Course, start: date) -> pl.DataFrame:
    """Each wave of each campaign: when it began and ended, and what its members came to."""
    rows = [
        row
        for name, campaign in course.campaigns.items()
        for row in _waves(course, campaign, course.running[name], start)
    ]
    return pl.DataFrame(rows, schema=WAVES, orient="row")


def _waves(course: Course, campaign: Campaign, running: Running, start: date) -> list[Any]:
    ended = {
        fact.wave: _day(start, day)
        for day, name, fact in course.facts
        if name == campaign.plan.campaign_id and isinstance(fact, _OVER)
    }
    counts = running.daily.sum(axis=2)
    rows = []
    for nth, wave in enumerate(campaign.plan.waves):
        out = np.flatnonzero(counts[What.RELEASED, nth])
        rows.append(
            (
                campaign.plan.campaign_id,
                nth + 1,
                wave.name,
                int(running.board.sizes[nth].sum()),
                _day(start, int(out[0])) if len(out) else None,
                _day(start, int(out[-1])) if len(out) else None,
                ended.get(nth + 1),
                str(campaign.waves[nth].state),
                *(
                    int(counts[kind, nth].sum())
                    for kind in (What.CONFIRMED, What.FAILED, What.TIMED_OUT)
                ),
            )
        )
    return rows


def decisions(course: Course, start: date) -> pl.DataFrame:
    """All that was decided and commanded, in the order of the journal."""
    rows = [
        (_day(start, day), name, *_told(fact))
        for day, name, fact in course.facts
        if short_name(fact.TYPE) != "programme.command-answered"
    ]
    return pl.DataFrame(rows, schema=DECISIONS, orient="row")


def _told(fact: CampaignFact) -> tuple[Any, ...]:
    """Wave, name, decision, why, stratum, n, k, statistic, bound of a fact that has them."""
    name = short_name(fact.TYPE).rpartition(".")[2]
    wave = getattr(fact, "wave", None)
    if isinstance(fact, GateEvaluated):
        said = (str(fact.decision), fact.why, fact.stratum, fact.n, fact.k)
        return (wave, name, *said, fact.statistic, fact.bound)
    why = next(
        (
            str(getattr(fact, one))
            for one in ("reason", "cause", "outcome")
            if getattr(fact, one, None) is not None
        ),
        None,
    )
    model = getattr(fact, "model", None)
    return (wave, name, None, why, None if model is None else f"model:{model}", *(None,) * 4)


def ends(course: Course, start: date) -> tuple[CampaignEnd, ...]:
    """How every campaign stands; one that was never handed in is not there."""
    found = []
    for name, campaign in course.campaigns.items():
        own = [(day, fact) for day, of, fact in course.facts if of == name]
        running = course.running[name]
        members = int(running.board.sizes.sum())
        confirmed = int(running.board.counts[What.CONFIRMED].sum())
        found.append(
            CampaignEnd(
                campaign_id=name,
                state=str(campaign.state),
                starts=_first(own, (CampaignStarted,), start),
                ends=_first(own, (CampaignFinished, CampaignStopped), start),
                members=members,
                confirmed=confirmed,
                shortfall=members - confirmed,
            )
        )
    return tuple(found)


def _first(
    facts: list[tuple[int, CampaignFact]], kinds: tuple[type[Any], ...], start: date
) -> date | None:
    return next((_day(start, day) for day, fact in facts if isinstance(fact, kinds)), None)


def _rows(
    schema: pl.Schema, start: date, counts: NDArray[np.int64], name: str, *, waves: bool
) -> pl.DataFrame:
    """Rows of counts by kind, wave, region and day, where there is anything to say."""
    wave, region, day = np.nonzero(counts.sum(axis=0))
    keys: dict[str, Any] = {"day": _days(start, day), "campaign_id": [name] * len(day)}
    if waves:
        keys["wave"] = wave + 1
    keys["region"] = [str(REGIONS[r]) for r in region]
    columns = [column for column in schema if column not in keys]
    values = {column: counts[nth, wave, region, day] for nth, column in enumerate(columns)}
    return pl.DataFrame({**keys, **values}, schema=schema)


def _whole(parts: list[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def _days(start: date, days: NDArray[Any]) -> pl.Series:
    first = (start - date(1970, 1, 1)).days
    return pl.Series((days + first).astype(np.int32)).cast(pl.Date)


def _day(start: date, nth: int) -> date:
    return start + timedelta(days=nth)
