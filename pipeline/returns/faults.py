"""The way out of the reader's inner rooms: a fault of structure that ends the reading."""

from pipeline.returns.cells import Fault, Place


class UnreadableError(Exception):
    """Carries the fault up to `read_return`, which hands it on; no caller outside this package sees it."""

    def __init__(self, code: str, detail: str, place: Place | None = None) -> None:
        super().__init__(detail)
        self.fault = Fault(code, detail, place or Place())
