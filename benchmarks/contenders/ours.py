"""This project: all files read, then judged in one batch by all edits; the findings of `codes` are told."""

from pathlib import Path
from typing import Any

from pipeline.collection.calendar import load_year
from pipeline.returns.reader import read_return
from pipeline.returns.specification import load_template
from pipeline.settings import Settings
from pipeline.validation.judge import Submission, judge

YEAR = 2022


class Contender:
    """Reads and judges."""

    codes = ("V201", "V202", "V203", "V204", "V209", "S109", "S110", "V205", "V206", "V207")

    def __init__(self, _rules: dict[str, Any]) -> None:
        self._settings, self._calendar = Settings(), load_year(YEAR)
        self._template = load_template(self._calendar.template_version)

    def check(self, paths: list[str]) -> list[list[str]]:
        submissions = []
        for path in map(Path, paths):
            read = read_return(path.read_bytes(), path.name, self._settings)
            submissions.append(Submission(path.stem, path.stem, self._calendar.opens, read, None))
        senders = [one.sender for one in submissions]
        judgements = judge(submissions, self._calendar, self._template, senders, senders)
        return [
            [one.receipt, finding.code, finding.item or "", finding.ethnic_group or ""]
            for one in judgements
            for finding in one.findings
            if finding.code in self.codes
        ]
