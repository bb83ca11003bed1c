"""The one place where numbers, shares, dates and times become words (British English)."""

import math
import re
from datetime import date, datetime, timedelta
from typing import Final

from twin.vocabulary.writing import capital as capital
from twin.vocabulary.writing import percent

MINUS: Final = "−"
_ISO_DAY: Final = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_TERMS: Final = {
    "ghz_2_4": "2.4 GHz",
    "sub_ghz": "868 MHz",
    "alternative_han": "Alternative HAN",
    "campaign_id": "campaign",
    "pin_class": "PIN class",
    "han_deployment": "HAN deployment",
    "use_of_868": "use of 868 MHz",
}
_LETTERS: Final = frozenset(
    {"cad", "cbke", "ch", "chf", "dcc", "esme", "gbcs", "gpf", "gsme", "han", "ihd", "ppmid", "wan"}
)
"""Names of the field that are written in capitals also within a sentence."""


def count(number: int) -> str:
    """Exact, with commas and a true minus: `1,234`."""
    return f"{number:,}".replace("-", MINUS)


def amount(number: float) -> str:
    """A measure in a table: a whole number as a count, any other with one decimal: `1,234.5`."""
    if number == round(number):
        return count(round(number))
    text = f"{number:,.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", MINUS)


def prose(number: int) -> str:
    """For sentences: from 10,000 to the nearest 100, from a million in `3.54 million`."""
    size = abs(number)
    if size >= 999_950:
        return f"{number / 1e6:.2f}".replace("-", MINUS) + " million"
    if size >= 10_000:
        # half away from zero: bankers' rounding would surprise a reader
        return count(int(math.copysign((size + 50) // 100 * 100, number)))
    return count(number)


def share(part: int, whole: int) -> str:
    """Percentage with one decimal, `62.7%`; without a whole it is `not available`."""
    return percent(part, whole).replace("-", MINUS) if whole else "not available"


def share_of(part: float) -> str:
    """A share, 0 to 1, as a percentage with at most one decimal: `92%`, `7.5%`."""
    return f"{100 * part:.1f}".removesuffix(".0").replace("-", MINUS) + "%"


def signed(number: float) -> str:
    """One decimal with its sign, `+1.3` or `−1,200.4`; what rounds to nothing is `0.0`."""
    text = f"{number:+,.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", MINUS)


def chance(of: float) -> str:
    """A chance in whole percents, `13%`; forecasts are drawn, so never none and never certain."""
    percents = round(100 * of)
    if percents < 1:
        return "less than 1%"
    return "more than 99%" if percents > 99 else f"{percents}%"


def things(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun in the right form: `1 hub`, `2 hubs`."""
    return f"{prose(number)} {noun if number == 1 else plural or noun + 's'}"


def exactly(number: int, noun: str) -> str:
    """A number with its noun, not rounded: of a basis, on which figures are counted again."""
    return f"{count(number)} {noun if number == 1 else noun + 's'}"


def premises(number: int) -> str:
    """`1 premises`, `188 premises`."""
    return things(number, "premises", "premises")


def devices(number: int) -> str:
    """`1 device`, `188 devices`."""
    return things(number, "device")


def day(on: date) -> str:
    """In sentences: `30 November 2017`."""
    return f"{on.day} {on:%B %Y}"


def short_day(on: date) -> str:
    """In tables and axes: `30 Nov 2017`."""
    return f"{on.day} {on:%b %Y}"


def with_days(text: str) -> str:
    """A stored sentence with its ISO dates as in sentences; what is no day stays as it is."""
    return _ISO_DAY.sub(lambda found: _day_of(found[0]), text)


def _day_of(iso: str) -> str:
    try:
        return day(date.fromisoformat(iso))
    except ValueError:
        return iso


def moment(at: datetime) -> str:
    """In sentences: `30 November 2017, 06:00 UTC`; the moment must be in UTC."""
    return f"{day(at)}, {at:%H:%M} UTC"


def age(of: timedelta) -> str:
    """How long ago, in one unit: `12 minutes`; the future counts as now."""
    seconds = max(int(of.total_seconds()), 0)
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return things(seconds // size, unit)
    return things(seconds, "second")


def against_plan(actual: int, planned: float) -> str:
    """The difference in words: `26 ahead of plan`, `on plan`, `1,200 behind plan`."""
    gap = round(actual - planned)
    if gap == 0:
        return "on plan"
    return f"{prose(abs(gap))} {'ahead of' if gap > 0 else 'behind'} plan"


def sentence(word: str) -> str:
    """A word of the contract for readers: `soak_over` as `soak over`, `ghz_2_4` as `2.4 GHz`."""
    if word in _TERMS:
        return _TERMS[word]
    parts = word.replace("_", " ").replace("-", " ").lower().split(" ")
    return " ".join(part.upper() if part in _LETTERS else part for part in parts)


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
