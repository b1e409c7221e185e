"""The demonstration of three whole years: what the official release shows, and what no text of any output says."""

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.page_reader import Release
from tests.site.test_pages_against_files import page_differences
from wres.release import read_table
from wres.settings import Settings, load_settings
from wres.simulation.demo_collection import run_demo

YEARS, YEAR, SEED = (2020, 2021, 2022), 2022, 2019
FEWEST_RULES = 25  # of those by which sentences are held against the files
TEXTS = {".html", ".md", ".csv", ".json", ".atom", ".txt", ".svg"}
BOOKS = {".xlsx", ".ods"}
# What a text may say of more people or entries: how large the gap is, and that it is no reason for cases.
ALLOWED = (
    r"\d more (BME|white) (staff|people)( entered than at the rate of (BME|white) staff|[^a-z]*$)",
    r"no reason to\s+investigate more (BME staff|people)",
    r"How many more people entered, in the group that was more likely to enter",
    r"No figure ever says how many more people would have to enter",
    # edits: a return that cannot be right
    r"more entries( than (staff|chance)|, or a higher two-year mean, than staff)",
    r"more staff than this of unknown ethnicity|more people of an ethnic group entered the disciplinary process than",
)
ASKS = re.compile(
    r"\bmore\s+(BME|white|entries|cases|staff|people|investigations|disciplinar)|\badditional (entries|cases)"
    r"|what would it take|entries_to_range|would have to enter|need(s|ed)? to (enter|discipline|investigate)",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home in which `wres demo` ran once, for all that is asked of it here."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WRES_HOME", str(folder))
        run_demo(load_settings(), YEARS, returns=None, seed=SEED, progress=lambda *_: None)
        yield load_settings()
    for path in [path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink()]:
        path.chmod(0o755)


def sentences(path: Path) -> Iterator[str]:
    """Read the sentences of a file as people see them: without marks, a cell or an element each its own."""
    if path.suffix in BOOKS:
        with zipfile.ZipFile(path) as book:
            text = "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    else:
        text = path.read_text(encoding="utf-8")
    if path.suffix != ".csv":
        text = re.sub(r"</?(a|b|code|em|span|strong|tspan)\b[^>]*>", "", text)
        text = html.unescape(re.sub(r"<[^>]+>", "\n\n", text))
    for part in re.split(r"\n\s*\n|(?<=[.?!])\s|[|\"]", text):
        if part.strip():
            yield " ".join(part.split())


@pytest.mark.slow
def test_every_trust_with_a_ratio_shows_it_and_its_range_and_none_differs(demo: Settings) -> None:
    shown, exact = (
        read_table("organisation", year=YEAR, audience=audience, settings=demo).query("collection_year == @YEAR")
        for audience in ("official", "management")
    )
    columns = ["code", "relative_likelihood", "range"]
    trusts = exact[exact["organisation_group"] == "trust"]
    assert len(trusts) == len(shown) == 206
    assert trusts["relative_likelihood"].notna().sum() == 203
    assert shown[columns].reset_index(drop=True).equals(exact[columns].reset_index(drop=True))
    assert (shown["range"] == "not_calculable").sum() == 3


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["official", "management"])
def test_pages_say_and_draw_what_the_files_hold(demo: Settings, audience: str) -> None:
    told: dict[str, int] = {}
    folder = demo.published / str(YEAR) / "1.0" / audience
    assert page_differences(Release(folder, str(YEAR)), told) == []
    assert len(told) > FEWEST_RULES


@pytest.mark.slow
def test_no_text_of_any_output_asks_for_more_entries(demo: Settings) -> None:
    allowed = re.compile("|".join(ALLOWED), re.IGNORECASE)
    folders = [demo.published / str(YEAR), demo.published / "api", demo.home / "progress", demo.home / "outbox"]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in TEXTS | BOOKS]
    files += [demo.published / name for name in ("index.html", "feed.atom")]
    kinds = {path.suffix for path in files}
    assert {".html", ".md", ".csv", ".json", ".xlsx", ".ods"} <= kinds
    assert len(files) > 2000
    asking = {sentence for path in files for sentence in sentences(path) if ASKS.search(allowed.sub("", sentence))}
    assert asking == set()
