"""Records that belong together: one piece on one partition, or nothing."""

import asyncio

import pytest

from streams.outbox import Outgoing, send_all, send_in_turn, send_together
from tests.streams.paper_log import Crash, PaperLog

ONE, TWO = Outgoing("a", 0, b"k", b"1"), Outgoing("a", 0, b"k", b"2")


def test_together_is_one_piece() -> None:
    log = PaperLog()
    asyncio.run(send_together(log, [ONE, TWO]))  # type: ignore[arg-type]
    assert log.steps == 1
    assert [sent.value for sent in log.topics["a"]] == [b"1", b"2"]


def test_together_is_all_or_nothing() -> None:
    log = PaperLog(dies_at=0)
    with pytest.raises(Crash):
        asyncio.run(send_together(log, [ONE, TWO]))  # type: ignore[arg-type]
    assert log.topics["a"] == []


def test_together_needs_one_partition() -> None:
    with pytest.raises(ValueError, match="one partition"):
        asyncio.run(send_together(PaperLog(), [ONE, Outgoing("a", 1, b"k", b"2")]))  # type: ignore[arg-type]


def test_together_that_is_too_much_sends_nothing() -> None:
    log = PaperLog(batch_size=1)
    with pytest.raises(ValueError, match="2 records do not fit"):
        asyncio.run(send_together(log, [ONE, TWO]))  # type: ignore[arg-type]
    assert log.topics["a"] == []


MANY = [Outgoing("a", 0, b"k", str(n).encode()) for n in range(10)]


def test_in_turn_takes_as_few_pieces_as_hold_all() -> None:
    log = PaperLog(batch_size=4)
    asyncio.run(send_in_turn(log, MANY))  # type: ignore[arg-type]
    assert log.steps == 3
    assert [sent.value for sent in log.topics["a"]] == [record.value for record in MANY]


@pytest.mark.parametrize(("dies_at", "there"), [(0, 0), (1, 4), (2, 8)])
def test_in_turn_never_leaves_one_out_before_another(dies_at: int, there: int) -> None:
    log = PaperLog(batch_size=4, dies_at=dies_at)
    with pytest.raises(Crash):
        asyncio.run(send_in_turn(log, MANY))  # type: ignore[arg-type]
    assert [sent.value for sent in log.topics["a"]] == [record.value for record in MANY[:there]]


def test_in_turn_refuses_a_record_that_no_batch_holds() -> None:
    with pytest.raises(ValueError, match="1 bytes fits no batch"):
        asyncio.run(send_in_turn(PaperLog(batch_size=0), MANY))  # type: ignore[arg-type]


def test_nothing_is_sent_for_nothing() -> None:
    log = PaperLog()
    asyncio.run(send_together(log, []))  # type: ignore[arg-type]
    asyncio.run(send_in_turn(log, []))  # type: ignore[arg-type]
    asyncio.run(send_all(log, []))  # type: ignore[arg-type]
    assert log.steps == 0


def test_all_keeps_the_order() -> None:
    log = PaperLog()
    asyncio.run(send_all(log, [TWO, ONE, TWO]))  # type: ignore[arg-type]
    assert [sent.value for sent in log.topics["a"]] == [b"2", b"1", b"2"]
