"""What a release is: its year, edition and audience, and what it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from wres.clock import LONDON
from wres.outputs.pre_release_access import EarlyAccess
from wres.warehouse.closures import Closure

OFFICIAL = "official"
MARKINGS = {"management": ("Management information: not for publication",), "official": ()}
ACCESS = {"management": MARKINGS["management"][0], "official": "Public"}
SIMULATED = "Simulated data: the figures are invented and say nothing about any real organisation"


@dataclass(frozen=True, slots=True)
class Publication:
    """The facts of a release beside its figures: when it came out, how they stand, whom to ask, when the next come.

    `released_at` is an aware time: of an official edition that was sealed at first the release time, otherwise when the
    edition was asked for. `next_release` is None while no day is known.
    """

    released_at: datetime
    team: str
    mailbox: str
    status: str
    next_release: date | None = None

    @property
    def released_text(self) -> str:
        """Return when it came out, as people write it: 22 February 2023, 9:30am."""
        moment = self.released_at.astimezone(LONDON)
        clock = f"{moment:%I:%M%p}".lstrip("0").lower()
        return f"{moment:%-d %B %Y}, {clock}"

    @property
    def next_text(self) -> str:
        """Return when the next figures come, as people write it; a revision may come out after that day."""
        if self.next_release is None or self.next_release <= self.released_at.astimezone(LONDON).date():
            return "To be announced"
        return f"{self.next_release:%-d %B %Y}"


@dataclass(frozen=True, slots=True)
class MissingReturn:
    """An organisation that was asked for a return of the release's year, and has none that was accepted."""

    code: str
    name: str
    organisation_group: str
    organisation_type: str | None
    region_code: str | None
    region_name: str | None


@dataclass(frozen=True, slots=True)
class ReleaseMetadata:
    """The facts of one release; the same facts and the same tables make the same bytes.

    `created_at` is an aware time that the caller supplies. `rule_sets` maps each collection year to the rule set that
    its returns were validated by.

    Raises:
        ValueError: `created_at` has no zone, or no release is made for the audience.
    """

    collection_year: int
    edition: str
    audience: str
    created_at: datetime
    simulated: bool
    rule_sets: Mapping[int, str]
    code_version: str
    build: str
    publication: Publication
    note: str | None = None
    compared_with: str | None = None  # the edition that `revisions` is about, as 2022-1.0
    # Of an official release: the editions beside which nothing suppressed can be worked out, the disclosure policy of
    # each collection year, the share of figures that are shown, in whole per cent by table, and the policies in words.
    published_before: tuple[str, ...] = ()
    disclosure_policies: Mapping[int, str] | None = None
    figures_shown: Mapping[str, int] | None = None
    disclosure_notes: tuple[str, ...] = ()
    open_reason: str | None = None  # why the approver let every figure be shown, where the year's policy is open
    # Of an official release that was sealed at first: who could see it early, and the sealed editions of the same year
    # that it replaced, as 2022-1.0.
    pre_release_access: tuple[EarlyAccess, ...] | None = None
    replaces: tuple[str, ...] = ()
    missing_returns: tuple[MissingReturn, ...] = ()  # of the release's own year
    closures: tuple[Closure, ...] = ()  # of organisations of all its years
    commentary: str | None = None  # the text that staff wrote, with its placeholders; None: the one that is shipped

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise ValueError("a release needs the time it was made with its zone")
        if self.audience not in MARKINGS:
            raise ValueError(f"no release is made for the audience {self.audience}")

    @property
    def markings(self) -> tuple[str, ...]:
        """Return what every sheet, page and metadata file says first: who it is for, and whether it is real."""
        return (*MARKINGS[self.audience], *((SIMULATED,) if self.simulated else ()))

    @property
    def is_official(self) -> bool:
        """Return whether it is for everybody, so that disclosure control may hold figures back."""
        return self.audience == OFFICIAL

    @property
    def access(self) -> str:
        """Return who may see it."""
        return ACCESS[self.audience]

    @property
    def created_utc(self) -> datetime:
        """Return when it was made, in UTC, to the second, which is all that workbooks hold."""
        return self.created_at.astimezone(UTC).replace(microsecond=0)

    @property
    def created_text(self) -> str:
        """Return when it was made, as ISO 8601: 2021-02-25T09:30:00Z."""
        return f"{self.created_utc:%Y-%m-%dT%H:%M:%SZ}"
