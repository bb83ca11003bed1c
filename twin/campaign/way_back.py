"""A way back is a campaign of its own that names the one it takes back (`rollout.md` 7.2)."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from twin.campaign.forms import NAMES
from twin.campaign.toml_lines import Path

_VERSION: Final = re.compile(r"[0-9A-F]{8}")


def _targets(value: object) -> bool:
    """At least one model, each with a version."""
    is_model, _ = NAMES["model"]
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            is_model(model) and isinstance(version, str) and _VERSION.fullmatch(version)
            for model, version in value.items()
        )
    )


TARGETS_FORM: Final = (_targets, 'a table such as { "1062-0A0B0C0D" = "0A000000" }')


def way_back_mistakes(raw: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """Only a way back names versions, and it must; nothing takes itself back."""
    if "rolls_back" not in raw:
        if "targets" in raw:
            yield (
                ("targets",),
                "only a plan that rolls_back another names versions; all others bring the newest.",
            )
        return
    if raw["rolls_back"] == raw["campaign_id"]:
        yield ("rolls_back",), "a campaign cannot take itself back."
    if "targets" not in raw:
        yield ("rolls_back",), "a way back must name in targets to which version each model goes."
