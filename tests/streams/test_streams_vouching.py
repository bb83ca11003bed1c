"""Whoever reads a standing may rely on the tallies before it, whenever a keeper has died."""

import asyncio

import pytest

from streams import ledger, topics
from tests.streams.keeper_play import SCRIPT, STEPS, UNDISTURBED, play
from tests.streams.paper_log import PaperLog
from twin.campaign.tallies import WaveCount, decode_tally

Counts = dict[bytes, WaveCount]


def vouched(log: PaperLog) -> list[tuple[tuple[int, int], Counts]]:
    """Of each standing that counts by plans: partition, offset, and the counts it vouches for."""
    newest: dict[int, Counts] = {}
    found = []
    for sent in log.topics[topics.CAMPAIGN_TALLIES]:
        if sent.key.startswith(b"recount|"):
            newest.pop(ledger.decode_recount(sent.value).partition, None)
            continue
        if not sent.key.startswith(b"standing|"):
            tally = decode_tally(sent.value)
            newest.setdefault(tally.partition, {})[sent.key] = tally.counts
            continue
        standing = ledger.decode_standing(sent.value)
        if standing.tick >= 0:
            said = newest.get(standing.partition, {})
            counts = {key: count for key, count in said.items() if count.members}
            found.append(((standing.partition, standing.offset), counts))
    return found


EXPECTED = dict(vouched(UNDISTURBED[0]))


def test_script_vouches_for_counts_that_change() -> None:
    assert len({str(counts) for counts in EXPECTED.values()}) > 2


@pytest.mark.peer_fault("PF-hawkbit-54")
@pytest.mark.parametrize("redelivered", [0, 1, 2, len(SCRIPT)])
@pytest.mark.parametrize("dies_at", range(STEPS))
def test_no_standing_is_ahead_of_its_tallies(dies_at: int, redelivered: int) -> None:
    log, _ = asyncio.run(play(dies_at=dies_at, redelivered=redelivered))
    for place, counts in vouched(log):
        assert counts == EXPECTED[place], place
