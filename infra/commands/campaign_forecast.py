"""`twin campaign forecast`: when a campaign will be done, as known on a day, from the lake."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from msgspec import Struct

from dashboards import words
from infra.commands.speak import say, say_json
from infra.refusals import CommandRefused, NotFound
from streams.archive import open_lake
from twin.forecast.answer import DayBand, GroupForecast
from twin.forecast.asking import Over, Standing, Word, asked, assumed
from twin.forecast.coverage import Coverage, coverage
from twin.marts.build import MartBuilder
from twin.marts.forecasts import FORECASTS
from twin.marts.publish import current_set

MART = "campaign_forecasts"


class Foreseen(Struct, frozen=True):
    """The end as it was believed on a day: as likely earlier as later, and in nine of ten cases."""

    p50: date | None
    p90: date | None

    def __str__(self) -> str:
        """In words; a day may be beyond every course that was drawn."""
        return f"end foreseen: P50 {self.p50 or 'not in sight'}, P90 {self.p90 or 'not in sight'}"


def foreseen(campaign_id: str, *, home: Path) -> dict[date, Foreseen]:
    """By day what the published forecasts of a campaign say of its end, as known on that day."""
    found = _published(home).filter(campaign_id=campaign_id, scope="campaign")
    rows = found.select("day", "p50", "p90").iter_rows()
    return {day: Foreseen(p50, p90) for day, p50, p90 in rows}


def run(campaign_id: str, *, home: Path, on: date | None, by: date | None, as_json: bool) -> None:
    """Say when a campaign ends as known at the start of a day, and how good such words were.

    Raises:
        NotFound: the lake knows no such campaign.
        CommandRefused: nothing can be said of its end; the sentence says why.
    """
    day, word = _word(campaign_id, home, on)
    if isinstance(word, Over):
        _say_over(campaign_id, word, as_json=as_json)
        return
    if not isinstance(word, Standing):
        raise CommandRefused(f"{campaign_id} forecast: {word.why}")
    wanted = by or word.course.planned_end
    score = coverage(forecasts=_published(home), before=day)
    if as_json:
        say_json(picture(word, wanted, score))
        return
    for line in lines(word, wanted, score):
        say(line)


def _word(campaign_id: str, home: Path, on: date | None) -> tuple[date, Word]:
    with closing(MartBuilder()) as builder:
        builder.add_files(_files(home))
        lake = builder.forecast_lake()
        day = on or builder.newest_day()
    if campaign_id not in lake.events or day is None:
        known = ", ".join(lake.events) or "none"
        raise NotFound(f"no campaign {campaign_id} is in the lake; those known: {known}")
    return day, asked(lake=lake, campaign_id=campaign_id, day=day)


def _files(home: Path) -> tuple[Path, ...]:
    """A look must not make a lake where there is none."""
    return open_lake(home).files() if (home / "lake" / "events").is_dir() else ()


def _published(home: Path) -> pl.DataFrame:
    """The forecasts of the published set; none where none is published, or an older one."""
    folder = current_set(home)
    file = None if folder is None else folder / f"{MART}.parquet"
    return pl.read_parquet(file) if file and file.exists() else FORECASTS.to_frame()


def _say_over(campaign_id: str, over: Over, *, as_json: bool) -> None:
    if as_json:
        say_json({"campaign_id": campaign_id, "state": over.state, "ended_on": over.since})
        return
    ended = f"{over.state.lower()} on {words.day(over.since)}"
    say(f"{campaign_id} is over: {ended}; nothing to forecast")


def picture(word: Standing, by: date, score: Coverage) -> dict[str, Any]:
    """A forecast as JSON values."""
    made = word.forecast
    return {
        "campaign_id": word.course.plan.campaign_id,
        "state": word.course.campaign.state,
        "as_known_on": made.now.date(),
        "by": by,
        "basis": made.basis,
        "observed": made.observed,
        "censored": made.censored,
        "condition": made.condition,
        "groups": [_group(group, by) for group in made.groups],
        "assumed": assumed(),
        "score": {
            "campaigns": score.campaigns,
            "days": score.days,
            "coverage_of_80_percent": round(score.share, 3),
            "source": score.source,
        },
        "paths": made.paths,
        "seed": made.seed,
        "simulated": True,
    }


def _group(group: GroupForecast, by: date) -> dict[str, Any]:
    end = group.finish
    return {
        "scope": group.group,
        "name": group.name,
        "p10": end.p10,
        "p50": end.p50,
        "p90": end.p90,
        "chance": end.chance_by(by),
        "members": group.members,
        "settled": group.settled,
        "censored": group.censored,
    }


def lines(word: Standing, by: date, score: Coverage) -> Iterator[str]:
    """A forecast in words."""
    made, course = word.forecast, word.course
    yield (
        f"{course.plan.campaign_id} is {course.campaign.state.lower()}; its end as known at the "
        f"start of {words.day(made.now.date())} (forecast, simulated data)"
    )
    yield f"{'':24}{'P10':>13}{'P50':>13}{'P90':>13}   by {words.day(by)}"
    for group in made.groups:
        named = "campaign" if group.group == "campaign" else f"{group.group} {group.name}"
        yield f"  {named:22}{_band(group.finish)}   {words.chance(group.finish.chance_by(by))}"
    yield (
        f"basis {made.basis}: {made.observed:,} outcomes seen, {made.censored:,} out and silent, "
        f"{made.campaign.members:,} members"
    )
    if made.condition:
        yield f"condition: {made.condition}"
    yield (
        f"how good: the interval from P10 to P90 held the end on {score.inside:,} of "
        f"{score.days:,} days ({score.share:.0%}; 80% is meant) of "
        f"{words.things(score.campaigns, 'campaign')}: {score.source}"
    )
    yield "assumed, until the campaign has shown otherwise:"
    for row in assumed():
        yield f"  {row.name} {row.value:g} {row.unit}: {row.source}"


def _band(band: DayBand) -> str:
    return "".join(
        f"{'not in sight' if day is None else words.short_day(day):>13}" for day in _days(band)
    )


def _days(band: DayBand) -> tuple[date | None, ...]:
    return band.p10, band.p50, band.p90
