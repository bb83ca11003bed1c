"""What is wrong with the gate of a plan, each mistake in one sentence; `judge` asks it again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias, get_args

from msgspec.structs import asdict

from twin.campaign.gates.terms import Dimension, GateRule

Path: TypeAlias = tuple[str | int, ...]
Check: TypeAlias = Callable[[object], bool]
Form: TypeAlias = Mapping[str, tuple[Check, str]]
Raw: TypeAlias = Mapping[str, object]

SHARE_MIN: Final = 1e-6
CHANCE_MAX: Final = 0.5
ROUNDING: Final = 1e-12
"""1 - 0.99 is a little more than 0.01 as a float."""


def _number(low: float, high: float) -> Check:
    """A number from `low` to `high`; NaN compares with nothing and so is refused."""
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def _whole(low: int, high: int) -> Check:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _dimensions(value: object) -> bool:
    """Some of the dimensions, none twice; a list in a file, a tuple in a rule."""
    known = get_args(Dimension)
    return (
        isinstance(value, list | tuple)
        and all(isinstance(name, str) and name in known for name in value)
        and len(set(value)) == len(value)
    )


_ABOVE_ZERO: Final = "a share above 0 and at most 1 (0.95 means 95 %)"
_BELOW_ONE: Final = "a share from 0 to below 1 (0.05 means 5 %)"
_RATE: Final = (_number(SHARE_MIN, 1 - SHARE_MIN), "a share above 0 and below 1 (0.01 means 1 %)")
_CHANCE: Final = (
    _number(SHARE_MIN, CHANCE_MAX),
    "a chance above 0 and at most 0.5 (0.05 means 5 %)",
)

GATE_FORM: Final[Form] = {
    "success_at_least": (_number(SHARE_MIN, 1), _ABOVE_ZERO),
    "errors_above": (lambda v: _number(0, 1)(v) and v != 1, _BELOW_ONE),
    "evidence_at_least": (_whole(1, 1_000_000), "a whole number from 1 to 1,000,000"),
    "settled_at_least": (_number(SHARE_MIN, 1), _ABOVE_ZERO),
}
"""Keys that every gate must have."""

GATE_OPTIONAL: Final[Form] = {
    "kind": (lambda v: v in ("threshold", "sequential"), "threshold or sequential"),
    "alpha": _CHANCE,
    "strata": (_dimensions, "a list of region, supplier and model, each at most once"),
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
