"""The plan of the house: each file has a name of its own, and no room is too large."""

import sys
from collections import Counter
from pathlib import Path

import wres

PACKAGE = Path(wres.__file__).parent
FILES = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]


def test_no_two_files_share_a_name() -> None:
    names = Counter(path.name for path in FILES)
    assert [name for name, times in names.items() if times > 1] == []


def test_no_file_is_named_like_a_standard_module() -> None:
    assert sorted({path.stem for path in FILES} & sys.stdlib_module_names) == []


def test_no_room_holds_more_than_a_tenth_of_the_lines() -> None:
    lines: Counter[str] = Counter()
    for path in FILES:
        lines[path.relative_to(PACKAGE).parts[0]] += len(path.read_text(encoding="utf-8").splitlines())
    room, largest = lines.most_common(1)[0]
    assert 10 * largest <= lines.total(), room
