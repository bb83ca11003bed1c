"""Jobs in processes of their own: the same answers in the same order, and the same failures."""

import os
from collections.abc import Iterator

import pytest

from twin.processes import spread

BAD = -1


def halved(number: int) -> tuple[int, int]:
    """Half of a number, and the process that says so.

    Raises:
        ValueError: there is no half of -1.
    """
    if number == BAD:
        raise ValueError("no half of it")
    return number // 2, os.getpid()


def test_one_job_is_done_here() -> None:
    assert list(spread(halved, [4])) == [(2, os.getpid())]


@pytest.mark.usefixtures("two_processors")
def test_jobs_are_done_elsewhere_and_what_one_raises_is_raised_here() -> None:
    found: Iterator[tuple[int, int]] = spread(halved, [8, 6, 4, 2, BAD, 0])
    told = [next(found) for _ in range(4)]
    assert [half for half, _ in told] == [4, 3, 2, 1]
    assert os.getpid() not in {process for _, process in told}
    with pytest.raises(ValueError, match="no half"):
        next(found)
