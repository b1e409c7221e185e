"""Put an organisation's receipts into the order in which they came, and find those with the same time.

`order_time` is the time of arrival by the channel's clock; of a file that was taken after another of the same round, at
least that one's. So the later of two files counts also where a failure had the earlier one taken in a later round.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from wres.database.models import Receipt

BY_ARRIVAL = (Receipt.order_time, Receipt.number)
_EXACT = "folder"  # the other channels' times are whole seconds


def names_of_same_time(engine: Engine, year: int, codes: Collection[str]) -> dict[str, list[str]]:
    """List for each receipt the names of its sender's files with the same times, in their order, its own included."""
    columns = (Receipt.receipt, Receipt.organisation_code, Receipt.channel, Receipt.file_name)
    query = (
        select(*columns, Receipt.modified_at, Receipt.order_time)
        .where(Receipt.collection_year == year, Receipt.organisation_code.in_(codes), ~Receipt.test)
        .order_by(*BY_ARRIVAL)
    )
    together: dict[tuple[str, tuple[datetime, ...]], list[tuple[str, str]]] = defaultdict(list)
    with Session(engine) as session:
        for receipt, code, channel, name, modified_at, order_time in session.execute(query):
            times = tuple(_round_to_channel(channel, moment) for moment in (modified_at or order_time, order_time))
            together[code, times].append((receipt, name))
    return {
        receipt: [name for _, name in files] for files in together.values() if len(files) > 1 for receipt, _ in files
    }


def _round_to_channel(channel: str, moment: datetime) -> datetime:
    """Return a time as exactly as its channel knows it."""
    return moment if channel == _EXACT else moment.replace(microsecond=0)
