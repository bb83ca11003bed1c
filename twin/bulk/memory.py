"""Memory for a process that does little else than folding: kept, and used again.

Fresh memory cost a third of the fold's processor time: the system hands out each page when it is
first written to, and allocators give pages back as soon as an array has gone.
"""

import ctypes
from typing import Final

import pyarrow as pa

_ARENA_MAX: Final = -8
_MMAP_THRESHOLD: Final = -3
_TRIM_THRESHOLD: Final = -1
_SETTINGS: Final = {_ARENA_MAX: 1, _MMAP_THRESHOLD: 32 << 20, _TRIM_THRESHOLD: 2**31 - 1}
"""Of glibc (`mallopt`, malloc.h): one pool for all threads, which is not made smaller; arrays of up
to 32 MiB, the most that it allows, come from it."""


def keep_memory() -> None:
    """Keep what was allocated once from now on; Arrow, too, uses the system's allocator.

    Where the C library is not glibc, only Arrow's pool changes.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        for setting, value in _SETTINGS.items():
            library.mallopt(setting, value)
