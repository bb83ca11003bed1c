"""Tables held against forms: every key that is missing, unknown or wrong, each in one sentence."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from twin.campaign.forms import Form
from twin.campaign.toml_lines import Path

Mistakes: TypeAlias = Iterator[tuple[Path, str]]


def in_table(
    path: Path,
    raw: object,
    form: Form,
    *,
    optional: Form | None = None,
    place: Callable[[Path], str],
) -> Mistakes:
    """What is wrong with a table, as (path, sentence) pairs; what is no table has no keys.

    `place` says in words what is at a path, for keys that are not of it.
    """
    if not isinstance(raw, dict):
        return
    known = {**form, **(optional or {})}
    for name in form:
        if name not in raw:
            yield path, f"{name} is missing."
    for name, value in raw.items():
        if name not in known:
            yield (*path, name), f"{shown(name)} is not a key of {place(path)}."
            continue
        check, wanted = known[name]
        if not check(value):
            yield (*path, name), f"{name} must be {wanted}, not {shown(value)}."


def shown(value: object) -> str:
    """The value as a person wrote it, cut where it is long."""
    if isinstance(value, dict | list | tuple):
        return f"a {'table' if isinstance(value, dict) else 'list'} of {len(value)}"
    shown = str(value).lower() if isinstance(value, bool) else _text_of(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."


def _text_of(value: object) -> str:
    if isinstance(value, str):
        return repr(value[:60])
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of more than 30 digits"
    return str(value)
