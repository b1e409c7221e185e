"""Build the frames that (a) and (e) test: cells as given and as asked, the figures of a group side by side."""

from typing import Any

import pandas as pd


def cells_of(sent: pd.DataFrame, rules: dict[str, Any]) -> pd.DataFrame:
    """Join the cells given to the required ones (without a value where missing), and leave out optional blank ones."""
    given = sent[sent["ethnic_group"] != ""][["item", "ethnic_group", "value"]]
    required = [(item, group) for item in rules["items"] if item not in rules["optional"] for group in rules["groups"]]
    asked = pd.DataFrame(required, columns=["item", "ethnic_group"])
    cells = given.merge(asked, how="outer", on=["item", "ethnic_group"], indicator="side")
    cells = cells[~(cells["item"].isin(rules["optional"]) & (cells["value"] == ""))].reset_index(drop=True)
    known = cells["item"].isin(rules["items"])
    number = pd.to_numeric(cells["value"].where(known), errors="coerce")
    return cells.assign(
        row=cells.index,
        given=cells["side"].astype(str).replace("right_only", pd.NA),
        text=cells["value"].where(cells["value"] != "", None).where(cells["side"] != "right_only", "missing"),
        number=number,
        readable=number.where(
            number.notna(), (~known | cells["value"].isna() | (cells["value"] == "")).map({True: 0.0})
        ),
        remainder=number % 1,
    )


def groups_of(sound: pd.DataFrame, rules: dict[str, Any]) -> pd.DataFrame:
    """A row an ethnic group: an item a column, and `staff`, the sum of the summands where all are there."""
    wide = sound.pivot(index="ethnic_group", columns="item", values="number").reindex(columns=rules["items"])
    staff = wide[rules["summands"]].sum(axis=1, min_count=len(rules["summands"]))
    wide = wide.assign(staff=staff).reset_index()
    return wide.assign(row=wide.index)


def whole_items(findings: list[list[str]], rules: dict[str, Any]) -> list[list[str]]:
    """Make one finding of an item that is missing in every group, as a person would report it."""
    missing = [item for code, item, _ in findings if code == "S110"]
    whole = {item for item in missing if missing.count(item) == len(rules["groups"])}
    kept = [finding for finding in findings if finding[0] != "S110" or finding[1] not in whole]
    return kept + [["S110", item, ""] for item in sorted(whole)]
