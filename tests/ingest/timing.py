"""How long reading takes, where other things happen in the process and on the machine as well."""

import time
from collections.abc import Callable
from typing import Final

TURNS: Final = 3


def quickest(read: Callable[[bytes], object], octets: bytes) -> float:
    """Seconds of a processor that reading takes, the best of three: the whole test process may
    collect its garbage during one."""
    taken = []
    for _ in range(TURNS):
        began = time.process_time()
        read(octets)
        taken.append(time.process_time() - began)
    return min(taken)
