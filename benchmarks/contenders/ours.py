"""This project: all files read, then validated in one batch by all edits; the findings of `codes` are compared."""

from pathlib import Path
from typing import Any

from wres.reader.return_reader import read_return
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import Settings
from wres.validation.batch import Batch, Submission
from wres.validation.validate import validate_returns

YEAR = 2022


class Contender:
    """Reads and validates."""

    codes = ("V201", "V202", "V203", "V204", "V209", "S109", "S110", "V205", "V206", "V207")

    def __init__(self, _rules: dict[str, Any]) -> None:
        self._settings, self._calendar = Settings(), load_year(YEAR)
        self._template = load_template(self._calendar.template_version)

    def check(self, paths: list[str]) -> list[list[str]]:
        submissions = []
        for path in map(Path, paths):
            read = read_return(path.read_bytes(), path.name, self._settings)
            submissions.append(Submission(path.stem, path.stem, self._calendar.opens, read, None))
        senders = [submission.sender for submission in submissions]
        results = validate_returns(Batch(submissions, self._calendar, self._template, senders, senders))
        return [
            [result.receipt, finding.code, finding.item or "", finding.ethnic_group or ""]
            for result in results
            for finding in result.findings
            if finding.code in self.codes
        ]
