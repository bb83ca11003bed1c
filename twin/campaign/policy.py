"""How one execution is followed: time for each step, and what follows from a failure, by cause."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from msgspec import Struct

from twin.campaign.forms import Form, whole
from twin.campaign.toml_lines import Path
from twin.vocabulary import FailureCause

QUARANTINE_AFTER: Final = 3
QUARANTINE_DAYS: Final = 30
"""After how many failed attempts in a row a device is left alone, and how long, unless a plan
says otherwise: ours, there is no published value."""
DAYS: Final = (whole(1, 366), "a whole number from 1 to 366")


class OnFailure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What follows from a cause: another attempt, none ever, or the quarantine at once.

    At most `retries` attempts follow those that ended so (None: as many as the plan has), each
    `after_days` or more after the failure.
    """

    then: Literal["retry", "never", "quarantine"] = "retry"
    retries: int | None = None
    after_days: int = 0


NEVER: Final = OnFailure(then="never")
RETRY: Final = OnFailure()
WHERE_UNSAID: Final[Mapping[FailureCause, OnFailure]] = {
    # CCS08, code 2: the hardware is what it is
    FailureCause.HARDWARE_VERSION_MISMATCH: NEVER,
    # the DCC's lists (BR28) but the one that time clears, OtherRequestInProgress
    FailureCause.INVALID_DEVICE_ID: NEVER,
    FailureCause.NOT_COMMISSIONED: NEVER,
    FailureCause.NOT_APPLICABLE_FIRMWARE: NEVER,
    FailureCause.INVALID_GBCS_VERSION: NEVER,
    # CS06, outcome 2: the image held is not the one that the campaign means (BR29)
    FailureCause.HASH_MISMATCH: NEVER,
    # another device than the one that was enrolled
    FailureCause.OTHER_MODEL: NEVER,
    # it told that it runs the new image: to send that again would prove nothing
    FailureCause.CONFIRMATION_TIMED_OUT: NEVER,
}
"""What follows where a plan does not say: what cannot succeed is not tried again."""


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """How one execution is followed: days since its request, and attempts.

    Each step may have its own time within the follow-up: `delivery_days` from the request to the
    hub's word, `transfer_days` from there to the verified image, `activation_days` from the
    request to activate (or its date) to the news of it. A device that told of its activation has
    `confirm_days` since then to be read (None: as long as the follow-up). One whose attempts failed
    `quarantine_after` times in a row, in whatever campaigns and by its own fault, is left alone for
    `quarantine_days` after the last. `on_failure` says by cause what else than `WHERE_UNSAID`
    follows.
    """

    follow_up_days: int
    attempts_max: int
    read_after_days: int
    delivery_days: int | None = None
    transfer_days: int | None = None
    activation_days: int | None = None
    confirm_days: int | None = None
    quarantine_after: int = QUARANTINE_AFTER
    quarantine_days: int = QUARANTINE_DAYS
    on_failure: dict[FailureCause, OnFailure] | None = None

    @property
    def days_most(self) -> int:
        """Days after its release by which every attempt of an execution has had its time."""
        said = (self.on_failure or {}).values()
        waits = max((after.after_days for after in said), default=0)
        return self.follow_up_days * self.attempts_max + waits * (self.attempts_max - 1)

    @property
    def quarantined_at_once(self) -> frozenset[FailureCause]:
        """Causes after one of which a device is left alone, however often it failed before."""
        causes = (self.on_failure or {}).items()
        return frozenset(cause for cause, after in causes if after.then == "quarantine")

    @property
    def retries_of(self) -> dict[str, int]:
        """How many attempts may follow those that ended with a cause, where that is limited."""
        found: dict[str, int] = {}
        for cause in FailureCause:
            after = self.after(cause)
            if after.then == "never" or after.retries is not None:
                found[cause] = after.retries or 0
        return found

    def after(self, cause: FailureCause | None) -> OnFailure:
        """What follows from a cause; where none is known an attempt is as good as any."""
        if cause is None:
            return RETRY
        return (self.on_failure or {}).get(cause) or WHERE_UNSAID.get(cause, RETRY)


POLICY: Final[Form] = {
    "follow_up_days": DAYS,
    "attempts_max": (whole(1, 20), "a whole number from 1 to 20"),
    "read_after_days": DAYS,
}
POLICY_OPTIONAL: Final[Form] = {
    "delivery_days": DAYS,
    "transfer_days": DAYS,
    "activation_days": DAYS,
    "confirm_days": DAYS,
    "quarantine_after": (whole(1, 99), "a whole number from 1 to 99"),
    "quarantine_days": DAYS,
    "on_failure": (lambda v: isinstance(v, dict), "a table"),
}
ON_FAILURE: Final[Form] = {
    "then": (lambda v: v in ("retry", "never", "quarantine"), "retry, never or quarantine"),
    "retries": (whole(1, 19), "a whole number from 1 to 19"),
    "after_days": (whole(0, 366), "a whole number from 0 to 366"),
}
"""Keys of a table [policy.on_failure.CAUSE]."""
_STEPS: Final = ("delivery_days", "transfer_days", "activation_days")


def policy_mistakes(policy: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What does not go together in a table [policy] whose keys are all right."""
    follow_up, read_after = policy["follow_up_days"], policy["read_after_days"]
    if read_after >= follow_up:
        yield (
            ("read_after_days",),
            "read_after_days must be below follow_up_days, or no read is ever asked for.",
        )
    for name in _STEPS:
        if policy.get(name, 0) > follow_up:
            yield (name,), f"{name} must not be above follow_up_days, which ends the attempt."
    for cause, after in policy.get("on_failure", {}).items():
        if (sentence := _contradiction(cause, after)) is not None:
            yield ("on_failure", cause), sentence


def _contradiction(cause: str, after: Mapping[str, Any]) -> str | None:
    then = after.get("then", "retry")
    if cause == FailureCause.CONFIRMATION_TIMED_OUT and then != "never":
        return "a device that told of its activation is not sent the image again."
    if then == "never" and len(after) > 1:
        return "what is never tried again has no retries and no days to wait."
    return None


def cause_mistakes(policy: object) -> Iterator[tuple[Path, str]]:
    """Causes that nobody knows, and what is no table."""
    found = policy.get("on_failure") if isinstance(policy, dict) else None
    for cause, after in found.items() if isinstance(found, dict) else ():
        if cause not in list(FailureCause):
            yield ("on_failure", cause), f"no attempt fails with the cause {str(cause)[:40]!r}."
        elif not isinstance(after, dict):
            yield ("on_failure", cause), "what follows from a cause must be a table."
