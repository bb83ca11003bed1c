"""What an answer of a rule says, for tests."""

from twin.rules.refusal import Refusal


def rule_of(answer: object) -> str | None:
    """The rule of a refusal, or None where it is granted."""
    return answer.rule if isinstance(answer, Refusal) else None
