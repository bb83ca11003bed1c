"""A finding of a review, with objective, recommendation and addressee.

A recommendation on the HAN arrangements goes to the SEC Panel and to Ofgem (F1.4(g), BR40); where
the regulatory framework would have to change, that goes the way of any SEC modification
(paragraph 10). Counts of premises stand in the sentences as they may be told.
"""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from twin.events.oversight import RecommendationMade
from twin.evidence.review.counts import Counts
from twin.evidence.review.limits import Limits
from twin.evidence.telling import share_told, told
from twin.vocabulary import Addressee, Recommendation, SecObjective


class Finding(Struct, frozen=True, kw_only=True):
    """A finding on the HAN arrangements; `part` of `whole` is what it rests on.

    `recommendation` is a word of the closed list that `RecommendationMade` takes, `proposal` the
    same in words; `NO_CHANGE` where nothing is to change. None: the log cannot answer it.
    """

    name: str
    says: str
    part: int | None
    whole: int | None
    asks_for_change: bool | None
    objective: SecObjective
    recommendation: Recommendation
    proposal: str
    framework_change: bool
    sources: tuple[str, ...]
    addressees: tuple[Addressee, ...] = (Addressee.SEC_PANEL, Addressee.OFGEM)

    def made(self, review_id: str) -> RecommendationMade:
        """The fact by which the finding would go on the log of the programme."""
        return RecommendationMade(
            review_id, self.recommendation, self.objective, self.addressees, self.framework_change
        )


class Draft(Struct, frozen=True, kw_only=True):
    """What is the same of a finding whatever the counts say."""

    name: str
    objective: SecObjective
    recommendation: Recommendation
    proposal: str
    framework_change: bool
    sources: tuple[str, ...]

    def found(
        self, *, says: str, part: int | None, whole: int | None, changes: bool | None
    ) -> Finding:
        """The finding as the counts have it; None where they cannot say."""
        return Finding(
            name=self.name,
            says=says,
            part=part,
            whole=whole,
            asks_for_change=changes,
            objective=self.objective,
            recommendation=self.recommendation if changes else Recommendation.NO_CHANGE,
            proposal=self.proposal if changes else "no change",
            framework_change=bool(changes) and self.framework_change,
            sources=self.sources,
        )

    def by_share(self, part: int, whole: int, *, most: float, words: str, of_what: str) -> Finding:
        """A finding on `part` of `whole` that asks for change beyond a share; none of nothing."""
        if not whole:
            return self.found(says=f"there is no {of_what} to judge", part=0, whole=0, changes=None)
        says = f"{told(part)} of {told(whole)} {words} ({share_told(part, whole)})"
        return self.found(says=says, part=part, whole=whole, changes=part > most * whole)


Find: TypeAlias = Callable[[Counts, Limits], Finding]
"""How a finding is found."""
