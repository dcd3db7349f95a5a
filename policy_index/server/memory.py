"""Memory that is needed no more goes back to the system, and what is needed for good is not looked through again and again."""

import ctypes
import gc
import sys
from functools import cache


def settle_memory() -> None:
    """Free what refers only to itself, let the garbage collector leave alone what is there now, and give what is empty back.

    Python's search for garbage looks through everything that lives, a tenth of a second of the whole interpreter's; what the
    program has loaded lives as long as it does. What is thrown away of it later is found when this is called again.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> "ctypes._NamedFuncPointer | None":  # the name of the type
    """Return the C library's own way to give back what is empty inside its heaps; None where it has none, as all but glibc."""
    try:
        found: ctypes._NamedFuncPointer = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    found.argtypes = [ctypes.c_size_t]
    return found
