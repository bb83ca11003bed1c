"""What is wrong with the gate of a plan, each mistake in one sentence; `judge` asks it again."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, get_args

from msgspec.structs import asdict

from twin.campaign.forms import ABOVE_ZERO, SHARE_MIN, Form, number, some, whole
from twin.campaign.gates.terms import Dimension, GateRule
from twin.campaign.toml_lines import Path

Raw: TypeAlias = Mapping[str, object]

CHANCE_MAX: Final = 0.5
ROUNDING: Final = 1e-12
"""1 - 0.99 is a little more than 0.01 as a float."""


_BELOW_ONE: Final = "a share from 0 to below 1 (0.05 means 5%)"
_RATE: Final = (number(SHARE_MIN, 1 - SHARE_MIN), "a share above 0 and below 1 (0.01 means 1%)")
_CHANCE: Final = (
    number(SHARE_MIN, CHANCE_MAX),
    "a chance above 0 and at most 0.5 (0.05 means 5%)",
)

GATE_FORM: Final[Form] = {
    "success_at_least": (number(SHARE_MIN, 1), ABOVE_ZERO),
    "errors_above": (lambda v: number(0, 1)(v) and v != 1, _BELOW_ONE),
    "evidence_at_least": (whole(1, 1_000_000), "a whole number from 1 to 1,000,000"),
    "settled_at_least": (number(SHARE_MIN, 1), ABOVE_ZERO),
}
"""Keys that every gate must have."""

GATE_OPTIONAL: Final[Form] = {
    "kind": (lambda v: v in ("threshold", "sequential"), "threshold or sequential"),
    "alpha": _CHANCE,
    "strata": (
        some(lambda v: v in get_args(Dimension)),
        "a list of region, supplier and model, each at most once",
    ),
    "accept_good": _RATE,
    "accept_bad": _RATE,
    "accept_alpha": _CHANCE,
    "accept_beta": _CHANCE,
}
"""Keys that may be left out."""


def gate_mistakes(raw: Raw, /) -> list[tuple[Path, str]]:
    """What is wrong across the keys of a gate: (path inside the gate, sentence) pairs.

    Says nothing of a gate in which a single key is wrong: those mistakes come first.
    """
    if not _is_formed(raw):
        return []
    rule = {**_DEFAULTS, **raw}
    found = _across(rule)
    return list(found if rule["kind"] == "sequential" else _across_threshold(rule))


def is_usable(rule: GateRule, /) -> bool:
    """Whether a rule would have passed every check of a plan."""
    raw = asdict(rule)
    return _is_formed(raw) and not gate_mistakes(raw)


_DEFAULTS: Final = {
    name: default
    for name, default in zip(
        reversed(GateRule.__struct_fields__), reversed(GateRule.__struct_defaults__), strict=False
    )
    if name in GATE_OPTIONAL
}


def _is_formed(raw: Raw) -> bool:
    known = {**GATE_FORM, **GATE_OPTIONAL}
    return all(name in raw for name in GATE_FORM) and all(
        name in known and known[name][0](value) for name, value in raw.items()
    )


def _across_threshold(rule: Raw) -> Iterator[tuple[Path, str]]:
    if rule["strata"]:
        yield (
            ("strata",),
            'strata need kind = "sequential": thresholds have no error budget to share.',
        )


def _across(rule: Raw) -> Iterator[tuple[Path, str]]:
    good, bad = _share(rule, "accept_good"), _share(rule, "accept_bad")
    tolerance = _share(rule, "errors_above")
    if good >= bad:
        yield ("accept_good",), f"accept_good must be below accept_bad, not {good:g} to {bad:g}."
    if tolerance == 0:
        yield (
            ("errors_above",),
            "errors_above must be above 0 in a sequential gate, or the first error ends the wave.",
        )
    elif good > tolerance:
        yield (
            ("accept_good",),
            "accept_good must not be above errors_above, or a good wave would be rejected.",
        )
    if _share(rule, "success_at_least") > 1 - good + ROUNDING:
        yield (
            ("success_at_least",),
            "success_at_least must not be above 1 - accept_good, or a good wave would miss it.",
        )


def _share(rule: Raw, name: str) -> float:
    value = rule[name]
    assert isinstance(value, int | float)  # the form was checked
    return value
