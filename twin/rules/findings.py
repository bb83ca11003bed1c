"""What judging a premises yields: findings, each about one subject and one rule."""

from typing import Literal, TypeAlias

from msgspec import Struct

Verdict: TypeAlias = Literal["met", "broken", "not_judgeable"]


class Finding(Struct, frozen=True):
    """One check of one rule on one premises or device: met, broken, or not to be judged, and why.

    `check` names what was looked at, for example a licence condition.
    """

    rule: str
    check: str
    subject: str
    verdict: Verdict
    why: str


def broken_or_met(
    *, rule: str, check: str, subject: str, broken: tuple[tuple[str, str], ...], met: str
) -> tuple[Finding, ...]:
    """A finding for each broken subject with its reason, or one that the rule is met."""
    if not broken:
        return (Finding(rule, check, subject, "met", met),)
    return tuple(Finding(rule, check, who, "broken", why) for who, why in broken)
