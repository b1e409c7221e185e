"""Keeping the successions sound: by them figures of one year are pooled for the next, each once."""

from typing import TYPE_CHECKING

from wres.errors import WresError

if TYPE_CHECKING:
    import pandas as pd


def merge_successions(old: "pd.DataFrame", new: "pd.DataFrame") -> "pd.DataFrame":
    """Return the known successions with newly loaded ones, which replace what was known of the same predecessors.

    Returns:
        A succession frame in order of date and predecessor.

    Raises:
        WresError: the two together do not hold; see `check_successions`.
    """
    import pandas as pd

    merged = pd.concat([old[~old["predecessor"].isin(new["predecessor"])], new])
    merged = merged.sort_values(["from_date", "predecessor"], ignore_index=True)
    check_successions(merged)
    return merged


def check_successions(successions: "pd.DataFrame") -> None:
    """Refuse successions by which figures could be counted twice or for ever.

    Raises:
        WresError: an organisation succeeds itself, directly or round a circle, or has two successors.
    """
    twice = successions.loc[successions["predecessor"].duplicated(), "predecessor"]
    if len(twice):
        raise WresError(
            f"{twice.iloc[0]} has two successors, and its counts cannot pool into both: "
            "keep the one that took most of its staff."
        )
    successor = dict(zip(successions["predecessor"], successions["successor"], strict=True))
    for start in successor:
        seen = [start]
        while (following := successor.get(seen[-1])) is not None:
            if following in seen:
                raise WresError(f"{start} succeeds itself ({' to '.join([*seen, following])}): correct the file.")
            seen.append(following)
