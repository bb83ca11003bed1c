"""A plan as TOML: its tables, and on which line each key stands."""

import re
import tomllib

from twin.campaign.mistakes import PlanMistake, Tables
from twin.campaign.toml_lines import lines_of


def read_toml(text: str) -> Tables | PlanMistake:
    """The tables of a TOML text with their lines, or what makes it unreadable."""
    try:
        return tomllib.loads(text), lines_of(text)
    except (ValueError, RecursionError) as error:
        return _unreadable(text, error)


def _unreadable(text: str, error: ValueError | RecursionError) -> PlanMistake:
    """What `tomllib` says, with its line; it counts the end of the text as the last line."""
    said = str(error)
    place = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", said)
    if place is None:
        return PlanMistake(1, "the text is not TOML that can be read.")
    line = int(place[1]) if place[1] else text.rstrip("\n").count("\n") + 1
    what = said[: place.start()].strip()
    return PlanMistake(line, f"the text is not TOML here: {what[:1].lower()}{what[1:]}.")
