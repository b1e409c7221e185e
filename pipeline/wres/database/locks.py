"""Let one process at a time build a year, on any machine: warehouse and registry must agree."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout
from sqlalchemy import Engine, text

PUBLISHING = 1  # stands in the place of a year: one release is written at a time, of any year
LOCAL_REPORTS = 3  # in the place of a year: local reports are given by one process at a time
REFERENCE_DATA = 2  # in the place of a year: one file of organisations or successions is merged at a time
_POSTGRES_LOCK = 7_395_302  # any number that nothing else in the database uses as the first of two of a lock


@contextmanager
def build_lock(engine: Engine, year: int) -> Iterator[None]:
    """Wait until nobody else is in here for the same year. The lock ends with the process, however that ends.

    In PostgreSQL it belongs to a connection; beside SQLite, which only one machine uses, it is a file's.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock, :year)"), {"lock": _POSTGRES_LOCK, "year": year})
            yield
        return
    with file_lock(f"{engine.url.database}.{year}.lock", wait=True):
        yield


@contextmanager
def file_lock(path: str, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of a file; where there is to be no waiting, False says that another holds it.

    It is the kernel's lock, which ends with its process. Where a file system has none, that is an error: a lock by the
    presence of a file would outlive a killed process.
    """
    lock = FileLock(path, mode=0o600, fallback_to_soft=False)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
