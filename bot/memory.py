"""How the process keeps its memory: what is freed goes back to the system, what stays is not looked at again."""

import ctypes
import gc

ARENA_MAX, MMAP_THRESHOLD = -8, -3  # mallopt(3) of the GNU library
LARGE_BYTES = 128 * 1024
GC_THRESHOLD = 50_000  # fewer full collections: most of what lives here lives for good


def be_thrifty() -> None:
    """One heap for all threads, and large blocks returned when freed: else two photos leave 12 MB held for good.

    To be called before threads are started; where the C library is another one, nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(ARENA_MAX, 1)
        mallopt(MMAP_THRESHOLD, LARGE_BYTES)


def settle() -> None:
    """What lives by now lives for good: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD, 20, 20)
