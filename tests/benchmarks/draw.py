"""A wave by count of a million among 2,000,000 members: lots said, sent, and the cut drawn.

What every worker and the desk do for it, on members as they are enrolled; what Kafka costs on top
is not in it (`megabytes` go over the log).
"""

import resource
import time
from typing import Final

import numpy as np
from msgspec.structs import replace

from tests.benchmarks.measure import Measure
from tests.campaign.campaign_samples import PLAN, C, rest_wave
from twin.campaign.counted import (
    LOTS_IN_A_ROLL,
    Lottery,
    Roll,
    RollBoard,
    cuts,
    decode_roll,
    encode_roll,
)
from twin.campaign.seats import lot

MEMBERS: Final = 2_000_000
PARTITIONS: Final = 8


def measure(members: int = MEMBERS) -> list[Measure]:
    """Half of the members in a wave by count; that it takes exactly so many is checked."""
    count = members // 2
    wave = replace(rest_wave("half"), rest=False, count=count)
    plan = replace(PLAN, waves=(wave, rest_wave("others")))
    began = time.process_time()
    board, size = RollBoard(), 0
    for partition in range(PARTITIONS):
        lottery = Lottery(plan)
        for nth in range(partition, members, PARTITIONS):
            lottery.take(device_id=f"device-{nth}", region="North", supplier="S01", model="M")
        (lots,) = lottery.lots().values()
        for part, begins in enumerate(range(0, len(lots), LOTS_IN_A_ROLL)):
            said = lots[begins : begins + LOTS_IN_A_ROLL]
            sent = encode_roll(Roll(C, (1,), partition, 4, said, part))
            size += len(sent)
            board.take(decode_roll(sent))
    (cut, _) = cuts(plan=plan, lots=board.of(C, 3))
    seconds = time.process_time() - began
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    every = np.array([lot(campaign_id=C, device_id=f"device-{n}") for n in range(members)])
    taken = int((every < cut).sum())
    return [
        Measure(
            name=f"drawing a wave of {count:,} among {members:,} members",
            ours=f"{taken:,} taken, {seconds:.0f} processor seconds, {gigabytes:.2f} GB",
            against="exactly its count",
            ratio=None,
            holds=taken == count,
            figures={
                "seconds": round(seconds, 1),
                "gigabytes": round(gigabytes, 3),
                "megabytes": round(size / 1e6, 1),
                "taken": taken,
            },
        )
    ]
