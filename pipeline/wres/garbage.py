"""Look for garbage less often while many objects are made that stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW_OBJECTS = 50_000  # after so many Python looks for garbage; by default after 700


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Let Python look for unused cycles of objects rarely; also for use as a decorator.

    A release is hundreds of thousands of cells, values and rows that stay until it is written. Python would walk
    through all of them again and again, which takes a fifth of the time. What has no cycle is freed at once as ever.
    """
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
