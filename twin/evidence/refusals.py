"""What a pack may be refused for; each is one sentence for the person who asked."""


class CannotWrite(RuntimeError):
    """A pack cannot be written where it was wanted; the sentence says why."""


class NoReview(RuntimeError):
    """A folder holds no review that can be read."""


class NoDocument(RuntimeError):
    """A folder holds no architecture document that can be read."""


class NothingThere(RuntimeError):
    """The basis holds nothing that the pack could be made of; the sentence says what is missing."""
