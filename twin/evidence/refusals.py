"""What a pack may be refused for; each is one sentence for the person who asked."""

from twin.refusal import Refusal


class CannotWrite(Refusal):
    """A pack cannot be written where it was wanted; the sentence says why."""


class NoReview(Refusal):
    """A folder holds no review that can be read."""


class NoDocument(Refusal):
    """A folder holds no architecture document that can be read."""


class NothingThere(Refusal):
    """The basis holds nothing that the pack could be made of; the sentence says what is missing."""
