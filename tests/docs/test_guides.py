"""The guides against the program: each command that they name is there with its options, and so is each file."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from wres.outputs.table_schema import load_specification
from wres.validation.edit_catalogue import load_catalogue

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
GUIDES = ("publication.md", "national-team.md", "trusts.md", "analysts.md")
LARGEST = 150_000  # bytes of a picture
_COMMAND = re.compile(r"(?:^    |`)(wres [^`\n#]+)", re.MULTILINE)
# What a release holds, by the pipeline's own names.
RELEASE = {
    *(f"{page}.html" for page in ("index", "organisations", "compare", "method", "dictionary", "accessibility")),
    "organisation/",
    "region/",
    "type/",
    "assets/",
    "commentary.md",
    "manifest.json",
    "manifest.json.sig",
}
RELEASE |= {f"wres-disciplinary-2022.{kind}" for kind in ("xlsx", "ods")}
RELEASE |= {f"csv/{name}.csv{end}" for name in load_specification().tables for end in ("", "-metadata.json")}
RELEASE |= {f"csv/tidy.{end}" for end in ("csv", "meta.csv", "csv-metadata.json")}
RELEASE |= {f"parquet/{name}.parquet" for name in load_specification().tables}


def text_of(guide: str) -> str:
    return (DOCS / guide).read_text(encoding="utf-8")


def commands(guide: str) -> Iterator[list[str]]:
    for match in _COMMAND.findall(text_of(guide)):
        yield shlex.split(match)[1:]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_is_there_with_its_options(guide: str) -> None:
    import typer.main

    from wres.cli.main import app

    tried = 0
    for words in commands(guide):
        command, words_left = typer.main.get_command(app), list(words)
        while words_left and hasattr(command, "commands"):
            assert words_left[0] in command.commands, words
            command = command.commands[words_left.pop(0)]
        known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        named = {word.partition("=")[0] for word in words_left if word.startswith("--")}
        assert named <= known, words
        tried += 1
    assert tried > 1


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_leads_to_a_page_and_its_heading_and_every_picture_is_small_and_described(guide: str) -> None:
    text = text_of(guide)
    for path, anchor in re.findall(r"\]\(([\w/.-]*)(?:#([\w-]+))?\)", text):
        target = DOCS / (path or guide)
        assert target.exists(), path
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, anchor
    for words, path in re.findall(r"!\[(.*?)\]\((.+?)\)", text, re.DOTALL):
        assert len(words) > 40, path
        assert (DOCS / path).stat().st_size < LARGEST, path


def test_the_files_of_a_release_are_those_that_it_has() -> None:
    [table] = re.findall(r"## What each file is\n(.*?)\n!", text_of("publication.md"), re.DOTALL)
    firsts = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in firsts for name in re.findall(r"`([^`]+)`", cell)}
    assert named <= RELEASE
    whole = {name for name in RELEASE if not name.startswith(("csv/", "parquet/"))}
    assert whole <= named


def test_every_code_is_one_of_the_catalogue() -> None:
    for guide in GUIDES:
        codes = set(re.findall(r"\b[SVQMR][1-5]\d\d\b", text_of(guide)))
        assert codes <= set(load_catalogue()), guide


def test_every_picture_is_in_a_guide_and_what_was_simulated_says_how() -> None:
    shown = {path for guide in GUIDES for path in re.findall(r"\]\(pictures/([\w.-]+\.png)\)", text_of(guide))}
    assert {path.name for path in (DOCS / "pictures").glob("*.png")} == shown
    readme = (DOCS / "pictures" / "README.md").read_text(encoding="utf-8")
    assert all(name in readme for name in shown if name.startswith("release-"))
