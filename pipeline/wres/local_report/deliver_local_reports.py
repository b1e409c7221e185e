"""Give local reports: each organisation once for each official edition, by the channel on which its return came."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from wres.context import Context
from wres.database.models import Receipt
from wres.database.releases import edition_key
from wres.database.work_queue import LOCAL_REPORTS, build_lock
from wres.errors import WresError, why_refused
from wres.event_log import log_event
from wres.feedback.report import write_atomically
from wres.intake.channel import Channel
from wres.intake.deliver_reports import delivery_batches
from wres.local_report.data_quality import QualityRow, quality_by_organisation, standing_receipts
from wres.local_report.given_reports import GivenReport, given_reports, record_given
from wres.local_report.local_report_files import local_report_files
from wres.local_report.own_figures import ReleaseFigures, own_figures, read_release
from wres.local_report.report_view import local_report
from wres.reference.year_config import CollectionYear


@dataclass(slots=True)
class LocalReportSummary:
    """The edition, how many of its reports were given, and a sentence for each that could not be."""

    edition: str
    delivered: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReportMaker:
    """Makes the reports of one edition; what all of them need is read once."""

    calendar: CollectionYear
    release: ReleaseFigures
    quality: Mapping[str, Sequence[QualityRow]]
    given: Sequence[GivenReport]

    @property
    def edition(self) -> str:
        """Return the official edition."""
        return self.release.about.edition

    def files(self, code: str) -> dict[str, bytes]:
        """Return the files of an organisation's report, with what changed since the edition of its last report.

        Raises:
            WresError: the release has no return of it.
        """
        since = self._last_edition(code)
        figures = own_figures(self.release, code, since)
        return local_report_files(local_report(self.release, figures, self.quality.get(code, ()), self.calendar, since))

    def _last_edition(self, code: str) -> str | None:
        """Find the newest edition, before this one, that the organisation had a report of."""
        editions = [report.edition for report in self.given if report.organisation_code == code]
        earlier = (edition for edition in editions if edition_key(edition) < edition_key(self.edition))
        return max(earlier, key=edition_key, default=None)


def report_maker(context: Context, edition: str | None = None) -> ReportMaker:
    """Read what the reports of an official edition need, by default of the newest.

    Raises:
        WresError: nothing official is published for the year, or an edition is not there.
    """
    release = read_release(context, edition)
    organisations = [area.now for area in release.official.organisations.values() if area.now is not None]
    quality = quality_by_organisation(context.database, context.calendar, organisations)
    return ReportMaker(context.calendar, release, quality, given_reports(context.database, context.year))


def write_local_report(context: Context, code: str, edition: str | None, output: Path | None) -> Path:
    """Write an organisation's own report of an official release into a folder, and return the folder.

    Nothing is sent, and no event is recorded.

    Raises:
        WresError: nothing official is published, the release has no return of the organisation, or the folder cannot be
            written.
    """
    maker = report_maker(context, edition)
    files = maker.files(code)
    folder = output or Path(f"wres-local-report-{context.year}-{maker.edition}-{code}")
    try:
        write_atomically(folder.absolute(), files)
    except OSError as error:
        raise WresError(f"{folder} cannot be written: {why_refused(error)}. Choose another place: --output.") from None
    return folder


def deliver_local_reports(
    context: Context, channels: Sequence[Channel], progress: Callable[[int, int], None]
) -> LocalReportSummary:
    """Give every organisation with an accepted return in the newest official edition its report, unless it has it.

    One that cannot be given stays owed and stops no other. They are recorded in the audit log a batch at a time, as
    `delivery_batches` cuts them: a killed run gives at most one batch twice, the same files in the same place, and at
    most one message.

    Raises:
        WresError: nothing official is published for the year.
    """
    with build_lock(context.database, LOCAL_REPORTS):  # one process at a time, so that nobody gets a message twice
        maker = report_maker(context)
        has_it = {report.organisation_code for report in maker.given if report.edition == maker.edition}
        receipts = standing_receipts(context.database, context.year)
        owed = [receipts[code] for code in maker.release.codes if code in receipts and code not in has_it]
        by_name = {channel.name: channel for channel in channels}
        summary = LocalReportSummary(maker.edition)
        done = 0
        for batch in delivery_batches(owed):
            tried = [_try_to_give(context, by_name, receipt, maker, summary) for receipt in batch]
            given = [report for report in tried if report is not None]
            record_given(context.database, context.year, given)
            for report in given:
                code, channel = report.organisation_code, report.channel
                log_event(
                    "local report given", context.year, code, report.receipt, channel=channel, edition=report.edition
                )
            summary.delivered += len(given)
            done += len(batch)
            progress(done, len(owed))
        return summary


def _try_to_give(
    context: Context, channels: Mapping[str, Channel], receipt: Receipt, maker: ReportMaker, summary: LocalReportSummary
) -> GivenReport | None:
    """Give an organisation its report; returns None, and notes why, where that failed."""
    code, year, channel = receipt.organisation_code, receipt.collection_year, receipt.channel
    try:
        if channel not in channels:
            raise WresError(
                f"The local report of {code} cannot be given: its return came by the channel {channel}, which is not "
                "set up here. Set it up again."
            )
        files = maker.files(code)
        put = partial(write_atomically, files=files)
        channels[channel].deliver_report(receipt, put, name=f"local-report-{maker.edition}")
    except WresError as error:
        summary.failures.append(str(error))
        log_event("local report not given", year, code, receipt.receipt, channel=channel, failed=True)
        return None
    given_at = context.clock.now().isoformat()
    return GivenReport(code, maker.edition, given_at, channel, files_hash(files), receipt.receipt)


def files_hash(files: Mapping[str, bytes]) -> str:
    """Return one SHA-256 of several files, over their names and hashes."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
