"""A return as somebody sees it who opens the file without the pipeline."""

from dataclasses import dataclass


@dataclass
class Seen:
    """What somebody sees who opens a file without the pipeline. `rows` are (item, group, value) in order."""

    code: str
    year: str
    version: str | None
    rows: list[tuple[str, str, object]]
    texts: dict[str, str]

    @property
    def figures(self) -> dict[tuple[str, str], object]:
        return {(item, group): value for item, group, value in self.rows}
