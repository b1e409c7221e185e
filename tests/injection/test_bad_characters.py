"""Characters that no text has, as a file system or a terminal may hand them over."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.injection.story import HARMLESS, write_return
from wres.database.models import Build
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.feedback.presubmission import check_file
from wres.release.editions import reserve_edition
from wres.settings import Settings


def test_a_file_whose_name_is_no_text_is_checked_all_the_same(tmp_path: Path, settings: Settings) -> None:
    sent = write_return(tmp_path, "01X", "return.csv", HARMLESS, {})
    crooked = os.fsencode(tmp_path) + b"/\xff\n=\x01.csv"
    shutil.copyfile(sent, crooked)
    check_file(settings, Path(os.fsdecode(crooked)), None, tmp_path / "report")
    assert "\ufffd\ufffd=\ufffd.csv" in (tmp_path / "report" / "report.html").read_text("utf-8")


@pytest.mark.parametrize("note", ["x\udcff", "x\x01", "x\ufffe", "x" * 2_001])
def test_a_note_that_cannot_stand_in_a_release_is_refused(settings: Settings, note: str) -> None:
    build = Build(build="2022-1", collection_year=2022)
    with pytest.raises(WresError, match="The note has characters that no text has"):
        reserve_edition(open_registry(settings), build, None, note, datetime(2022, 9, 1, tzinfo=UTC))
