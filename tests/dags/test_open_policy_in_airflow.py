"""A year whose policy is `open`, in a real Airflow: the form asks for a reason, and the release prints it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.registry import get_approvals
from wres import steps
from wres.database.registry import open_registry
from wres.orchestration.approval_form import accept_everything
from wres.orchestration.local_airflow import LocalAirflow
from wres.reference import year_config
from wres.reference.year_config import load_year
from wres.settings import load_settings

pytestmark = pytest.mark.slow

ROLE, REASON = "Head of profession", "Every trust in it publishes its own counts."
YEARS = Path(str(year_config.__file__)).parent / "years"


@pytest.fixture
def open_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The collection of 2022 in June 2022, with the policy `open`."""
    folder = tmp_path / "years"
    folder.mkdir()
    text = (YEARS / "2022.toml").read_text(encoding="utf-8")
    start = text.index("[disclosure]")
    end = text.find("\n[", start)
    remainder = text[end:] if end > 0 else ""
    (folder / "2022.toml").write_text(f'{text[:start]}[disclosure]\npolicy = "open"\n{remainder}', encoding="utf-8")
    monkeypatch.setenv("WRES_YEARS", str(folder))
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    monkeypatch.setenv("WRES_SETTLE_SECONDS", "0")


def test_the_form_asks_for_a_reason_and_the_release_prints_it(open_year: None, send: Callable[..., None]) -> None:
    assert load_year(2022, load_settings().years).disclosure.policy == "open"
    send(2022, "RXY", (2505, 725, 66), ("20", "9", "0"))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    asked: list[Mapping[str, Any]] = []

    def answer(question: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        asked.append(question)
        reason = " " if len(asked) == 1 else REASON
        return "Approve", {**accept_everything(question, ROLE), "reason": reason}

    settings = load_settings()
    with LocalAirflow(settings) as airflow:
        airflow.run("publish_tables", {"year": 2022, "as_of": "2023-03-01T12:00"}, person=answer)
    assert asked[0]["params"]["reason"]["schema"]["minLength"] >= 1
    assert "the manifest prints your reason. Write it in the field Reason." in asked[1]["subject"]
    assert len(asked) == 2
    [approval] = get_approvals(open_registry(settings), 2022)
    assert (approval.reason, approval.via) == (REASON, "airflow")
    release = settings.published / "2022" / "1.0" / "official"
    assert REASON in json.dumps(json.loads((release / "manifest.json").read_text()))
    assert REASON in (release / "index.html").read_text()
