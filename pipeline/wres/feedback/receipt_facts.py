"""What a report needs of a receipt besides the result of its validation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wres.returns.parsed_return import Normalisation, ParsedReturn


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What is known of a file besides its content.

    `clock` is machine, or as_of where the time was set by hand; `late` is after the deadline; `sent` is False for a
    check on the sender's own machine; `test` is tried out and never counts. `same_as` is the earlier receipt that holds
    the same bytes; `same_time` names the files that no time tells apart, in their order. `last_year_from_file`: last
    year's figures are those that the file itself shows. `read` is what was read of the file, for the marked copy.
    `explained` maps the code and message of a query to what explains it: the text, and the earlier receipt that gave it
    (None: this return).
    """

    receipt: str
    collection_year: int
    organisation_code: str
    organisation_name: str
    received_at: datetime
    clock: str
    sha256: str
    file_name: str
    template_version: str
    rule_set: str
    repairs: list[Normalisation]
    late: bool
    simulated: bool
    sent: bool = True
    test: bool = False
    same_as: str | None = None
    same_time: Sequence[str] = ()
    last_year_from_file: bool = False
    read: ParsedReturn | None = None
    explained: Mapping[tuple[str, str], tuple[str, str | None]] = field(default_factory=dict)
