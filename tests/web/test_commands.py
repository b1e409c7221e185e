"""`wres senders` and `wres serve` on the command line: what they print, and what they say of a mistake."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
HEADER = "organisation_code,role,subject,address\n"


def test_a_link_and_a_key_stand_alone_on_a_line(wres: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    status, link, errors = wres("senders", "invite", "RXY", "rr8", "--role", "Workforce  analyst")
    assert status == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8081/invitations/[\w-]{43}\n", link)
    assert link.strip() not in errors
    monkeypatch.setenv("WRES_WEB_URL", "https://send.example.org/")
    assert wres("senders", "invite", "NATIONAL", "--role", "Lead")[1].startswith(
        "https://send.example.org/invitations/"
    )
    status, key, _ = wres("senders", "key", "RXY", "--role", "Gateway")
    assert re.fullmatch(r"[\w-]{43}\n", key)
    rows = json.loads(wres("senders", "list", "--format", "json")[1])
    shown = [(row["organisations"], row["role"], row["signs_in_by"], row["state"]) for row in rows]
    assert shown == [
        ("RR8 RXY", "Workforce analyst", "link", "invited"),
        ("national team", "Lead", "link", "invited"),
        ("RXY", "Gateway", "key", "in force"),
    ]
    assert wres("senders", "revoke", rows[2]["sender"])[0] == 0
    assert json.loads(wres("senders", "list", "--format", "json")[1])[2]["state"] == "revoked"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("invite", "ZZZ9", "--role", "Analyst"), "not in the register"),
        (("invite", "RXY", "--role", " "), "Enter the role"),
        (("invite", "RXY", "--role", "jane.doe@nhs.net"), "without an address"),
        (("key", "RXY", "RR8", "--role", "Gateway"), "for one organisation"),
        (("key", "NATIONAL", "--role", "Gateway"), "for one organisation"),
        (("revoke", "nobody"), "wres senders list"),
        (("load", "missing.csv"), "cannot be read"),
    ],
)
def test_a_mistake_is_one_line(wres: Run, arguments: tuple[str, ...], message: str) -> None:
    status, printed, errors = wres("senders", *arguments)
    assert (status, printed) == (2, "")
    assert message in " ".join(errors.split())
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("organisation_code,role\nRXY,Analyst\n", "header is not"),
        (HEADER + "RXY,Analyst,,\n", "no subject and no address"),
        (HEADER + "RXY,Analyst,s-1\n", "3 values"),
        (HEADER + "ZZZ9,Analyst,s-1,\n", "not in the register"),
        (HEADER + "RXY,,s-1,\n", "Enter the role"),
        (HEADER + "RXY,Analyst,,nobody\n", "not an e-mail address"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(wres: Run, tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "senders.csv"
    file.write_text(HEADER + "RXY,Analyst,s-1,\nRR8,Analyst,s-1,\nNATIONAL,Lead,,lead@example.nhs.uk\n")
    status, printed, _ = wres("senders", "load", str(file), "--format", "json")
    assert (status, json.loads(printed)) == (0, [{"people": 2, "entered": 2, "revoked": 0}])
    before = wres("senders", "list", "--format", "json")[1]
    file.write_text(content)
    status, _, errors = wres("senders", "load", str(file))
    assert (status, message in errors) == (2, True), errors
    assert wres("senders", "list", "--format", "json")[1] == before


def test_it_does_not_listen_where_figures_would_go_in_the_clear(wres: Run) -> None:
    status, _, errors = wres("serve", "--host", "0.0.0.0")  # noqa: S104
    assert (status, "WRES_WEB_URL" in errors) == (2, True)
