"""The soak of a wave: how long it is left alone before success may be declared.

By the rollout specification (section 3) it counts from the k-th confirmation. A plan says k as
`soak_after`; where it does not, the soak counts from the wave's last release.
"""

from datetime import datetime, timedelta
from typing import Final

from twin.campaign.plan import PlannedWave
from twin.campaign.wave_progress import WaveProgress

DAY: Final = timedelta(days=1)


def begins(
    *, planned: PlannedWave, wave: WaveProgress, members: int, settled: int, confirmed: int
) -> bool:
    """Whether the soak of a wave begins with these counts: k are confirmed, or no more will be.

    Counts that contradict each other, and a wave of which nobody is judged, begin nothing.
    """
    if planned.soak_after is None or wave.soaks_since is not None:
        return False
    if not 0 < confirmed <= settled <= members:
        return False
    return confirmed >= planned.soak_after or settled == members


def is_over(*, planned: PlannedWave, wave: WaveProgress, now: datetime) -> bool:
    """Whether a wave has soaked for as long as its plan wants."""
    since = wave.completed_at if planned.soak_after is None else wave.soaks_since
    return since is not None and now - since >= planned.soak_days * DAY
