"""Stop rules that others publish, as models of what they say; no run of those services.

hawkBit ends a rollout group when its share of errors exceeds a threshold; errors are divided by
the whole group (`ThresholdRolloutGroupErrorCondition`). AWS IoT Jobs aborts when enough executions
have finished and the share of failures among them reaches a threshold (`AbortCriteria`). Azure
Device Update rolls back when both a number and a share of failures are reached; that it divides by
the group is an assumption.
"""

from typing import Final, Literal

from msgspec import Struct

AWS_FINISHED_AT_LEAST: Final = 100
AZURE_FAILED_AT_LEAST: Final = 10


class PublishedRule(Struct, frozen=True, kw_only=True):
    """A rule that looks at counts alone, at one tolerance (a share, 0 to 1).

    It fires when the share of errors is above the tolerance (`exceeded`) or has reached it, on at
    least `settled_at_least` outcomes and `errors_at_least` errors.
    """

    name: str
    tolerance: float
    of: Literal["settled", "group"]
    exceeded: bool = False
    settled_at_least: int = 0
    errors_at_least: int = 0

    def share(self, *, n: int, k: int, group: int) -> float:
        """Errors `k` as a share of outcomes `n` or of the whole `group`, 0 where there is none."""
        return k / max(1, n if self.of == "settled" else group)

    def fires(self, *, n: int, k: int, group: int) -> bool:
        """Whether the rule stops the group; more errors never unsay it."""
        share = self.share(n=n, k=k, group=group)
        beyond = share > self.tolerance if self.exceeded else share >= self.tolerance
        return beyond and n >= self.settled_at_least and k >= self.errors_at_least

    def reached(self, *, n: int, k: int, group: int) -> float:
        """How far the furthest of its conditions is from being met; 1 or more where all are."""
        share = self.share(n=n, k=k, group=group) / self.tolerance
        wanted = ((n, self.settled_at_least), (k, self.errors_at_least))
        return min(share, *(held / least for held, least in wanted if least), share)


def hawkbit(tolerance: float, /) -> PublishedRule:
    """Errors of the group above the threshold."""
    return PublishedRule(name="hawkBit (model)", tolerance=tolerance, of="group", exceeded=True)


def aws(tolerance: float, /) -> PublishedRule:
    """Failures among at least 100 finished."""
    return PublishedRule(
        name="AWS (model)",
        tolerance=tolerance,
        of="settled",
        settled_at_least=AWS_FINISHED_AT_LEAST,
    )


def azure(tolerance: float, /) -> PublishedRule:
    """At least 10 failures, and that share of the group."""
    return PublishedRule(
        name="Azure (model)",
        tolerance=tolerance,
        of="group",
        errors_at_least=AZURE_FAILED_AT_LEAST,
    )


def published_rules(tolerance: float, /) -> tuple[PublishedRule, ...]:
    """The three, in the order in which they are told."""
    return hawkbit(tolerance), aws(tolerance), azure(tolerance)
