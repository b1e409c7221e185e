"""The papers for engineers name only paths, functions, links, make targets and commands that are there."""

import re
import shlex
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pipeline" / "wres"
PAPERS = ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/scale.md"]
PAPERS += sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "decisions").glob("*.md"))
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MOST_FILES = 25  # of a journey
_TOP = "pipeline|tests|docs|docker|sql|expectations|dags|benchmarks"
# Stand for something, or are made by a command that the paper names.
_MADE_UP = re.compile(r"YEAR|NAME|TABLE|NNNN|VERSION|[*{<]")


def text_of(paper: str) -> str:
    return (ROOT / paper).read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("paper", PAPERS)
def test_every_link_leads_to_a_file_and_its_heading(paper: str) -> None:
    for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)", text_of(paper)):
        target = (ROOT / paper).parent / path if path else ROOT / paper
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target), anchor


@pytest.mark.parametrize("paper", PAPERS)
def test_every_path_is_there(paper: str) -> None:
    named = set(re.findall(rf"`((?:{_TOP})/[^`\s]*)`", text_of(paper)))
    missing = [path for path in named if not _MADE_UP.search(path) and not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md"])
def test_every_target_of_make_is_there(paper: str) -> None:
    targets = set(re.findall(r"^([\w-]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", text_of(paper), re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md"])
def test_every_command_is_there_with_its_options(paper: str) -> None:
    import typer.main

    from wres.cli.main import app

    commands = re.findall(r"(?:^    |`)(?:\.venv/bin/)?(wres [a-z][^`\n#]*)", text_of(paper), re.MULTILINE)
    assert commands
    for words in map(shlex.split, commands):
        command, words_left = typer.main.get_command(app), words[1:]
        while words_left and hasattr(command, "commands"):
            assert words_left[0] in command.commands, words
            command = command.commands[words_left.pop(0)]
        known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        assert {word.partition("=")[0] for word in words_left if word.startswith("--")} <= known, words


def journeys() -> dict[str, list[tuple[str, str]]]:
    """The rows of each journey: the file, and the functions to look at."""
    sections = re.split(
        r"^### ", ARCHITECTURE.partition("## Three journeys")[2].partition("\n## ")[0], flags=re.MULTILINE
    )
    rows = {
        part.partition("\n")[0]: re.findall(r"^\| \d+ \| `(.+?)` \| (.*?) ?\|", part, re.MULTILINE) for part in sections
    }
    return {title: entries for title, entries in rows.items() if entries}


@pytest.mark.parametrize("title", journeys())
def test_a_journey_passes_through_few_files_and_each_has_the_functions_named(title: str) -> None:
    rows = journeys()[title]
    files = [path for path, _ in rows]
    assert files[0] == "steps.py"
    assert len(files) == len(set(files)) <= MOST_FILES
    assert f"\n{len(files)} files." in ARCHITECTURE.partition(f"### {title}\n")[2]
    for path, functions in rows:
        file = ROOT / path if path.startswith(("sql/", "expectations/")) else PACKAGE / path
        source = file.read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", functions):
            assert re.search(rf"^ *(?:def|class) {name}\b", source, re.MULTILINE), f"{path}: {name}"


def test_there_are_three_journeys() -> None:
    assert len(journeys()) == 3


def test_the_floor_plan_and_the_readme_show_every_room() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    drawn = set(re.findall(r'\["(\w+): ', ARCHITECTURE))
    assert drawn == rooms | {"dags", "sql", "expectations"}
    named = set(
        re.findall(r"`(?:pipeline/wres/)?(\w+)/`", text_of("README.md").partition("| room |")[2].partition("\n\n")[0])
    )
    assert rooms <= named


def test_the_layers_of_the_plan_are_those_of_the_import_contract() -> None:
    contract = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    height = {
        module.strip().removeprefix("wres."): number
        for number, layer in enumerate(contract)
        for module in layer.split("|")
    }
    groups = re.findall(r"subgraph \w+ \[.+?\]\n(.*?)\n  end", ARCHITECTURE, re.DOTALL)
    layers = [
        [height.get(room, height.get(f"{room}.main")) for room in re.findall(r'\["(\w+)(?:\.py)?: ', group)]
        for group in groups
    ]
    known = [[level for level in levels if level is not None] for levels in layers]
    above = [levels for levels in known if levels]
    for upper, lower in pairwise(above):
        assert max(upper) < min(lower), (upper, lower)


def test_each_word_of_the_glossary_has_one_sentence_and_its_place() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", ARCHITECTURE.partition("## Glossary")[2], re.MULTILINE)[1:]
    words = [word for word, _ in rows if word != "---"]
    assert len(words) > 40
    assert words == sorted(words, key=str.lower)
    assert all(meaning.endswith(".") for _, meaning in rows)
