"""Which checkpoint leads to which basis, across the epochs of a log that was lost (D23)."""

from datetime import UTC, datetime

import pytest

from twin.lake.basis import Stand
from twin.lookback.checkpoint import Checkpoint

NEWEST = datetime(2017, 7, 1, tzinfo=UTC)


def stand(offset: int, *, epoch: int = 0, partition: int = 0, start: int = 0) -> Stand:
    return Stand("premises.events", epoch, partition, offset, start)


def checkpoint(*stands: Stand) -> Checkpoint:
    return Checkpoint(
        stands=stands,
        fingerprint="",
        resolved="",
        made_at=NEWEST,
        newest=NEWEST,
        premises=0,
        digest="",
        rows_sha256="",
        days=0,
        marks_sha256="",
        figures={},
    )


BEFORE, RESTORED = stand(9), stand(6)
SINCE = stand(8, epoch=1, start=6)


@pytest.mark.parametrize(
    ("ours", "theirs", "fits"),
    [
        ((), (), True),
        ((), (stand(5),), True),
        ((stand(5),), (stand(5),), True),
        ((stand(5),), (stand(6),), True),
        ((stand(6),), (stand(5),), False),
        ((stand(5),), (), False),
        ((stand(5), stand(1, partition=1)), (stand(5),), False),
        ((stand(5),), (stand(5), stand(1, partition=1)), True),
        # the lost log went on to 9; the restored one goes on from 6 in epoch 1
        ((BEFORE,), (RESTORED, SINCE), False),
        ((stand(5),), (RESTORED, SINCE), True),
        ((RESTORED,), (RESTORED, SINCE), True),
        ((RESTORED, SINCE), (RESTORED, SINCE), True),
        ((RESTORED, stand(7, epoch=1, start=6)), (RESTORED, SINCE), True),
        ((RESTORED, SINCE), (BEFORE,), False),
        ((RESTORED, SINCE), (BEFORE, SINCE), False),
        ((SINCE,), (RESTORED, SINCE), False),
    ],
)
def test_only_the_beginning_of_a_basis_leads_to_it(
    ours: tuple[Stand, ...], theirs: tuple[Stand, ...], fits: bool
) -> None:
    other = Stand("campaign.events", 0, 0, 3)
    assert checkpoint(*ours).fits((*theirs, other), valid=None) is fits


@pytest.mark.parametrize(("day", "fits"), [(30, False), (1, True), (2, True)])
def test_no_fact_may_have_happened_later(day: int, fits: bool) -> None:
    """A fact of that very moment had happened."""
    valid = datetime(2017, 6 if day == 30 else 7, day, tzinfo=UTC)
    assert checkpoint(stand(5)).fits((stand(6),), valid=valid) is fits
