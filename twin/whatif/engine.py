"""`run`: the exact engine, premises by premises and device by device."""

from twin.whatif.outcome import Outcome
from twin.whatif.progress import Asked, Tell, never, silent
from twin.whatif.reading import Question


def run(
    question: Question,
    *,
    threads: int | None = None,
    progress: Tell = silent,
    cancelled: Asked = never,
) -> Outcome:
    """The outcome of a question; the same bytes on any number of `threads` (None: all cores).

    Raises:
        CancelledByCaller: `cancelled` said so.
    """
    raise NotImplementedError
