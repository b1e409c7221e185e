"""What would stop a release of these tables? All checks that need nothing but the tables, without raising."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.publication.adding_up import adding_up_breaches
from pipeline.publication.check import specification_breaches

if TYPE_CHECKING:
    import pyarrow as pa


def release_breaches(tables: Mapping[str, "pa.Table"], up_to: int | None = None) -> list[tuple[str, str]]:
    """R503 and, where every table keeps to its specification, R501: the code and a sentence for each breach.

    Args:
        tables: the tables as the indicators give them, before disclosure control. What an edition adds to them, the
            revisions, need not be there yet.
        up_to: the release's own collection year, after which no row may be.
    """
    known = specification_breaches(tables, up_to, without={"revisions"})
    return [("R503", one) for one in known] or [("R501", one) for one in adding_up_breaches(tables)]
