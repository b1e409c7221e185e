from pathlib import Path

import pytest

from wres.errors import WresError
from wres.simulation.marking import mark_simulated


def test_a_home_is_marked_and_may_be_marked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wres.settings import Settings

    home = tmp_path / "new" / "home"
    assert not Settings(home=home).simulated
    mark_simulated(home, has_real_receipts=False)
    mark_simulated(home, has_real_receipts=False)
    assert Settings(home=home).simulated


def test_real_returns_are_never_mixed_with_simulated_ones(tmp_path: Path) -> None:
    with pytest.raises(WresError, match="another folder"):
        mark_simulated(tmp_path, has_real_receipts=True)
    assert list(tmp_path.iterdir()) == []
