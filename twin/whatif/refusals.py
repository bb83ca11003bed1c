"""Every refusal of the what-if room, apart from what would have to be loaded to do the work."""

from msgspec import Struct

from twin.refusal import Refusal


class Mistake(Struct, frozen=True):
    """One thing that is wrong with a scenario: in which file, on which line, and what."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        """As a person reads it."""
        return f"{self.file} line {self.line}: {self.sentence}"


class NotComparable(Refusal):
    """Two scenarios that share no luck: the message says what differs and what to do."""


class BeyondCohorts(Refusal):
    """A question that only the exact engine can answer; `what` is what cohorts do not carry."""

    def __init__(self, name: str, what: tuple[str, ...]) -> None:
        super().__init__(
            f"{name}: cohorts do not carry {'; '.join(what)}. `twin whatif doubt` draws such a "
            "question exactly, on a sample; `twin whatif run` answers it whole"
        )
        self.what = what


class BadPrior(Refusal):
    """A file of priors has mistakes; the message names file, line and what would be right."""


class ScenarioRefused(Refusal):
    """A scenario that cannot be run; `mistakes` are all that was found, the text says the same."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = mistakes


class BadSearch(Refusal):
    """A file of a search is wrong; the message names file, line and what would be right."""


class NotKept(Refusal):
    """Nothing of that name is kept, or it cannot be read; the sentence says which."""
