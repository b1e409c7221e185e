"""The plan of the house: each file has a name of its own, no room is too large, functions say what they do."""

import ast
import sys
from collections import Counter
from pathlib import Path

import wres

PACKAGE = Path(wres.__file__).parent
FILES = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
# How no imperative sentence begins. A noun without an article is not seen.
NO_VERBS = """
    a about after all an as at aware because before both each every everything for from how if in its many
    most no nothing of on one only other own same several so some that the their there these this those to
    true twice two under until what whatever when where whether which who whoever whole whose why with
"""


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


def test_a_docstring_begins_with_a_verb() -> None:
    nouns = []
    for path in FILES:
        name = path.relative_to(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_property(node):
                first_line = (ast.get_docstring(node) or "Do it").splitlines()[0]
                if first_line.split()[0].strip("`.,:;").lower() in NO_VERBS.split():
                    nouns.append(f"{name}:{node.lineno} {node.name}: {first_line}")
    assert nouns == [], "Say what the function does, as an order: Return ..., Write ..., Refuse ..."


def _is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = {getattr(decorator, "id", getattr(decorator, "attr", "")) for decorator in node.decorator_list}
    return bool(names & {"property", "cached_property"})
