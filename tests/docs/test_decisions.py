"""docs/decisions: each decision has a number of its own, a date, a status and its three parts, and is a page."""

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))
LONGEST = 75  # lines


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem[:4])
def test_each_decision_has_date_status_context_decision_and_consequences(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    [(date, status)] = re.findall(r"^Date: (\d+ \w+ \d{4})\. Status: (.+)\.$", text, re.MULTILINE)
    assert datetime.strptime(date, "%d %B %Y")  # noqa: DTZ007 - a day
    assert status.startswith(("accepted", "proposed", "replaced by decision "))
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert all(len(part.strip()) > 60 for part in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:])
    assert len(text.splitlines()) <= LONGEST


def test_the_numbers_run_without_a_gap_or_a_double() -> None:
    numbers = Counter(int(page.name[:4]) for page in PAGES)
    assert sorted(numbers.elements()) == list(range(1, len(PAGES) + 1))


def test_the_list_names_each_decision_with_its_title_date_and_status() -> None:
    listed = re.findall(
        r"^\| (\d+) \| \[(.+)\]\((.+)\) \| (.+) \| (\w+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.M
    )
    written = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        [(number, title)] = re.findall(r"\A# (\d+)\. (.+)", text)
        [(date, status)] = re.findall(r"^Date: (.+?)\. Status: (\w+)", text, re.MULTILINE)
        written.append((number, title, page.name, date, status))
    assert listed == written
