"""What a HAN review found, in one sentence, and what it leaves open."""

from collections.abc import Iterator, Sequence

from dashboards import words
from twin.evidence.document import in_words
from twin.evidence.review.finding import Finding


def what_was_found(findings: Sequence[Finding], period: str) -> str:
    """How many findings ask for a change, how many of the framework, how many cannot be said."""
    asking = [one for one in findings if one.asks_for_change]
    unknown = sum(one.asks_for_change is None for one in findings)
    framework = sum(one.framework_change for one in asking)
    if not asking:
        text = f"None of {len(findings)} findings of {period} asks for a change"
    else:
        text = (
            f"{len(asking)} of {len(findings)} findings of {period} ask for a change, "
            f"{framework or 'none'} of them of the framework"
        )
    return f"{text}; {unknown} cannot be judged" if unknown else text


def recommended(findings: Sequence[Finding]) -> Iterator[str]:
    """Each finding that asks for a change: what was found, what is proposed, why, to whom."""
    for one in findings:
        if one.asks_for_change:
            to = words.listed([in_words(addressee) for addressee in one.addressees])
            way = "by SEC modification" if one.framework_change else "within the framework"
            yield (
                f"**{words.capital(one.name)}.** {words.capital(one.says)}. To {to}, for "
                f"{one.objective}, {way}: {one.proposal}."
            )


def who_answered(asked: int, answered: int, breached: int, period: str) -> str:
    """How many requests of a period were answered, and how many late or not at all."""
    if not asked:
        return f"No party was asked for information in {period}."
    return (
        f"{answered} of {words.things(asked, 'request')} of {period} "
        f"{'was' if answered == 1 else 'were'} answered; "
        f"{breached or 'none'} late or not at all."
    )
