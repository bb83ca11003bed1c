"""What waves by count must keep to, as (path, sentence) pairs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from twin.campaign.forms import Form, whole
from twin.campaign.toml_lines import Path

COUNT_MAX: Final = 2_000_000
"""Devices that all waves by count of a plan may take: their lots travel on the log, 20 bytes each.

A wave of more is a share: of so many devices chance errs by less than one in a thousand.
"""
COUNT_FORM: Final[Form] = {
    "count": (whole(1, COUNT_MAX), f"a whole number of devices from 1 to {COUNT_MAX:,}"),
}


def count_mistakes(waves: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Path, str]]:
    """Waves by count come before all others, and are together no more than can be drawn."""
    total, shared = 0, False
    for nth, wave in enumerate(waves):
        if "count" not in wave:
            shared = True
            continue
        total += wave["count"]
        if shared:
            yield (
                ("waves", nth, "count"),
                "a wave by count must come before the waves that take a share or the rest.",
            )
        if total > COUNT_MAX >= total - wave["count"]:
            yield (
                ("waves", nth, "count"),
                f"waves by count must take {COUNT_MAX:,} devices at most, not {total:,}.",
            )
