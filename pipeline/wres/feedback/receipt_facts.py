"""Define the facts of a file that was received, which its validation and its report need besides its content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wres.database.models import Receipt
from wres.validation.previous_year import Figures
from wres.validation.wording import truncate

Explanation = tuple[str, str | None]  # the text, and the receipt that gave it (None: this one)
_FILES_NAMED = 5


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """Hold what is known of a file and its sender besides the content of the file.

    `receipt` is its row in the registry, or one that is never stored for a check on the sender's own machine (`sent` is
    False). `last_year` are the figures of the year before, `earlier` those of up to two years before that;
    `last_year_from_file` says that they are those that the file itself shows. `same_as` is the earlier receipt of the
    same bytes; `same_time` names the files that no time tells apart from this one, its own name too, in the order in
    which they count. `explanations` maps the code and message of a query to an earlier explanation that counts while
    the same query is met; `sign_offs` maps the digest of figures to their sign-off on the page.
    """

    receipt: Receipt
    organisation_name: str
    last_year: Figures | None = None
    earlier: Sequence[Figures] = ()
    sent: bool = True
    last_year_from_file: bool = False
    same_as: str | None = None
    same_time: Sequence[str] = ()
    explanations: Mapping[tuple[str, str], Explanation] = field(default_factory=dict)
    sign_offs: Mapping[str, Explanation] = field(default_factory=dict)

    def same_time_words(self) -> str:
        """Say in which order files of the same time were put; the last few are named. Empty without such files."""
        if not self.same_time:
            return ""
        named = [truncate(name, 50) for name in self.same_time[-_FILES_NAMED:]]
        if len(self.same_time) > len(named):
            named.insert(0, f"{len(self.same_time) - len(named)} others")
        return (
            f"These files of yours have the same time, so they were put in this order: {', '.join(named)}. The last "
            "one that is accepted counts. If another one is to count, send that one again."
        )
