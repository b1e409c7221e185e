"""Two nations that must print the same: every file of the release is the same, whichever is the true one."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.disclosure.nations import Nation, Trust, exact_tables, policies
from wres.disclosure import Protected, protect
from wres.indicators.published_series import published_series
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.revisions import no_revisions
from wres.release.builder import policy_sentences
from wres.release.rounding_notes import rounding_sentences
from wres.release.writer import write_release

ELSEWHERE = {
    f"RZ{index}": Trust(white=40 + 3 * index, bme=11 + 4 * index, unknown=9, region="Y60") for index in range(6)
}


def nation(*counts: int) -> Nation:
    """Twelve trusts; six have few BME entries, as many as given: the total of their region is the same."""
    few = {f"RA{index}": Trust(200 + index, count, 9) for index, count in enumerate(counts)}
    return {2021: {**few, **ELSEWHERE}}


pytestmark = pytest.mark.usefixtures("removable")


def release(target: Path, protected: Protected, about: ReleaseMetadata) -> dict[str, bytes]:
    """Write the official release of protected tables, with all that a release states of them."""
    rules = policies({2021: {}})
    facts = replace(
        about,
        audience="official",
        disclosure_policies={2021: "protected"},
        figures_shown=dict(protected.figures_shown),
        disclosure_notes=(*policy_sentences(rules), *rounding_sentences(protected.rounded)),
    )
    write_release(
        target, {**protected.tables, "revisions": no_revisions(), "published_series": published_series(2021)}, facts
    )
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


@pytest.mark.parametrize("other", [(4, 2, 3, 5, 1, 6), (7, 1, 2, 4, 2, 5)])
def test_manifest_pages_workbook_and_metadata_are_the_same(
    tmp_path: Path, about: ReleaseMetadata, other: tuple[int, ...]
) -> None:
    """With twelve trusts, the share of figures that are null to 16 digits once told a suppressed count exactly."""
    true = (3, 3, 3, 4, 2, 6)
    assert sum(true) == sum(other)
    worlds = [protect(exact_tables(nation(*counts)), policies(nation(*counts))) for counts in (true, other)]
    files = [release(tmp_path / str(number) / "official", protected, about) for number, protected in enumerate(worlds)]
    assert files[0].keys() == files[1].keys()
    assert [path for path in files[0] if files[0][path] != files[1][path]] == []
    assert {"manifest.json", "index.html", "organisation/RA0.html", "wres-disciplinary-2021.xlsx"} <= files[0].keys()
    assert b"[c]" in files[0]["organisation/RA0.html"]
    assert all(isinstance(share, int) and 0 <= share <= 100 for share in worlds[0].figures_shown.values())
