"""Which MESH mailbox may send for which organisations, and for which of them a message was sent."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.errors import WresError

_HEADER = ["mailbox", "organisation_code"]


def read_senders(path: Path) -> dict[str, tuple[str, ...]]:
    """The organisations of each mailbox, from a CSV with the header `mailbox,organisation_code`: a row a pair.

    Raises:
        WresError: the file cannot be read, or a row is not a mailbox and an organisation code.
    """
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise WresError(
            f"The senders file {path} cannot be read. Give a CSV (UTF-8) with the columns mailbox,organisation_code in "
            "WRES_MESH_SENDERS."
        ) from None
    if not rows or rows[0] != _HEADER:
        raise WresError(f"The senders file {path} must begin with the line {','.join(_HEADER)}. Correct it.")
    senders: dict[str, list[str]] = defaultdict(list)
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        mailbox, code = [cell.strip().upper() for cell in row] if len(row) == 2 else ("", "")
        if not mailbox or not re.fullmatch(r"[A-Z0-9]{3,6}", code):
            raise WresError(f"Line {number} of the senders file {path} is not a mailbox and an ODS code. Correct it.")
        senders[mailbox].append(code)
    return {mailbox: tuple(sorted(set(codes))) for mailbox, codes in senders.items()}


def stated(codes: Iterable[str], words: Iterable[str]) -> dict[str, int | None]:
    """Which of these organisations a message names, each with the collection year that it names with it.

    `words` are the message's subject, file name and the like. `WRES 2022 RXY` or `wres-2022-RXY.xlsx`, the name that a
    template has, names both; RXY alone names the organisation.
    """
    text = " ".join(words).upper()
    found: dict[str, int | None] = {}
    for code in codes:
        if re.search(rf"(?<![A-Z0-9]){code}(?![A-Z0-9])", text):
            year = re.search(rf"WRES[ _-](20\d\d)[ _-]{code}(?![A-Z0-9])", text)
            found[code] = int(year[1]) if year else None
    return found


def sender_of(mailbox: str, senders: Mapping[str, tuple[str, ...]], words: Iterable[str]) -> tuple[str, int | None]:
    """The organisation for which a mailbox sent a message, and the collection year when the message names it.

    A mailbox with one organisation sends for that one. One with several sends for the one that the message names. Else
    the sender is the mailbox itself, as MESH-<mailbox>: no return is that organisation's, so whatever the return states
    is answered with S106.
    """
    codes = senders.get(mailbox, ())
    named = stated(codes, words)
    if len(named) == 1:
        return next(iter(named.items()))
    return (codes[0] if len(codes) == 1 else f"MESH-{mailbox}"), None
