"""What protects the page: headers, cookies, sessions, limits, and texts that senders choose."""

import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from limits import parse
from sqlalchemy import text
from sqlalchemy.orm import Session

from wres.database.models import Credential
from wres.database.receipts import get_receipts
from wres.database.senders import add_sender, list_senders, revoke_sender
from wres.database.sign_ins import begin_session
from wres.errors import WresError
from wres.settings import load_settings
from wres.web import app, rate_limits
from wres.web.access import SESSION_COOKIE
from wres.web.app import create_app
from wres.web.responses import download_file

YEAR = 2022
PAGE = f"/returns/{YEAR}/RXY"
API = f"/api/v1/returns/{YEAR}/RXY"
Make = Callable[..., bytes]


def test_every_answer_has_the_security_headers(service: Any, csv_return: Make) -> None:
    browser, team = service.signed_in("RXY"), service.signed_in(national=True)
    browser.send(csv_return())
    answers = [browser.get(path) for path in ("/", PAGE, f"{PAGE}/template", "/nothing", "/static/nhsuk.css", API)]
    answers += [
        team.get(f"/team/{YEAR}/progress/still.html"),
        browser.client.post(PAGE),
        service.browser().get("/sign-in"),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        static = "/static/" in str(answer.url)
        assert answer.headers["cache-control"] == ("public, max-age=3600" if static else "no-store")
        assert "<script" not in answer.text
        assert not re.search(
            r"\son\w+=|\sstyle=|javascript:|https?://(?!www\.w3\.org)", answer.text if not static else ""
        )


def test_cookies_are_for_this_site_over_tls_and_for_no_script(service: Any) -> None:
    _, secret = add_sender(service.state.database, "invitation", "Analyst", ["RXY"])
    browser = service.browser()
    cookies = browser.get(f"/invitations/{secret}").headers.get_list("set-cookie")
    cookies += browser.accept(secret).headers.get_list("set-cookie")
    assert len(cookies) >= 3
    for cookie in cookies:
        name, _, attributes = cookie.partition("=")
        assert name.strip('"').startswith("__Host-wres-")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= {part.strip() for part in attributes.split(";")}
        assert "domain" not in cookie.lower()


def test_a_session_begins_at_sign_in_and_ends_at_sign_out_and_when_revoked(service: Any) -> None:
    planted = begin_session(
        service.state.database, service.signed_in("RR8").sender, datetime.now(UTC) + timedelta(hours=1)
    )
    browser = service.browser()
    browser.client.cookies.set(SESSION_COOKIE, planted, domain="127.0.0.1")
    _, secret = add_sender(service.state.database, "invitation", "Analyst", ["RXY"])
    browser.accept(secret)
    mine = browser.client.cookies[SESSION_COOKIE]
    assert mine != planted
    old = service.browser()
    old.client.cookies.set(SESSION_COOKIE, planted, domain="127.0.0.1")
    assert old.get("/").headers["location"] == "/sign-in"  # what was planted is of no use to whoever planted it
    assert browser.get(PAGE).status_code == 200
    browser.submit(PAGE, "/sign-out")
    browser.client.cookies.set(SESSION_COOKIE, mine, domain="127.0.0.1")
    assert browser.get(PAGE).status_code == 303

    other, key = service.signed_in("RXY"), service.key()
    for row in list_senders(service.state.database):
        revoke_sender(service.state.database, row["sender"])
    assert other.get(PAGE).headers["location"] == "/sign-in"
    assert other.get(API, headers=key).status_code == 401


def test_a_session_ends_in_time(service: Any) -> None:
    sender = service.signed_in("RXY").sender
    browser = service.browser()
    over = begin_session(service.state.database, sender, datetime.now(UTC) - timedelta(seconds=1))
    browser.client.cookies.set(SESSION_COOKIE, over, domain="127.0.0.1")
    assert browser.get(PAGE).status_code == 303


def test_a_link_works_once_for_thirty_days_and_looking_does_not_use_it_up(service: Any) -> None:
    engine = service.state.database
    _, secret = add_sender(engine, "invitation", "Analyst", ["RXY"])
    for _ in range(3):
        assert "Accept" in service.browser().get(f"/invitations/{secret}").text
    assert service.browser().accept(secret).status_code == 303
    for again in (service.browser().get(f"/invitations/{secret}"), service.browser().get("/invitations/none")):
        assert (again.status_code, "cannot be used" in again.text) == (404, True)
    _, late = add_sender(engine, "invitation", "Analyst", ["RXY"])
    with Session(engine) as session, session.begin():
        for link in session.query(Credential).filter(Credential.used_at.is_(None)):
            assert link.expires_at is not None
            assert timedelta(days=29) < link.expires_at - datetime.now(UTC) <= timedelta(days=30)
            link.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    assert service.browser().get(f"/invitations/{late}").status_code == 404
    _, withdrawn = add_sender(engine, "invitation", "Analyst", ["RXY"])
    revoke_sender(engine, list_senders(engine)[-1]["sender"])
    assert service.browser().get(f"/invitations/{withdrawn}").status_code == 404


def test_no_secret_and_no_address_is_kept_in_the_clear_or_written_to_the_audit_log_or_log(service: Any) -> None:
    engine = service.state.database
    sender, secret = add_sender(engine, "invitation", "Analyst", ["RXY"], address="canary@example.nhs.uk")
    browser = service.browser()
    browser.accept(secret)
    cookie, key = browser.client.cookies[SESSION_COOKIE], service.key()["Authorization"].split()[1]
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        everything = {name: str(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in tables}
    for kept in (secret, cookie, key):
        assert not [name for name, content in everything.items() if kept in content]
    assert [name for name, content in everything.items() if "canary" in content] == ["senders"]
    log = (service.state.settings.home / "logs" / "wres.jsonl").read_text()
    assert not [word for word in (secret, cookie, key, "canary") if word in log]
    assert sender in log


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "LIMITS", dict.fromkeys(rate_limits.LIMITS, parse("6/5 minutes")))


def test_what_is_tried_too_often_waits(service: Any, csv_return: Make, limits: None) -> None:
    answers = [service.browser().get("/invitations/none") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [404] * 6 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 300
    key = service.key("RR8")
    uploads = [
        service.browser().client.post(
            "/api/v1/returns/2022/RR8", files={"file": ("r.csv", csv_return(bme=str(number)))}, headers=key
        )
        for number in range(7)
    ]
    assert [answer.status_code for answer in uploads] == [202] * 6 + [429]
    guesses = [service.browser().get(API, headers={"Authorization": "Bearer x"}).status_code for _ in range(7)]
    assert guesses == [401] * 6 + [429]


def test_what_is_too_large_is_refused_before_it_is_stored(
    service: Any, monkeypatch: pytest.MonkeyPatch, csv_return: Make
) -> None:
    monkeypatch.setenv("WRES_MAX_UPLOAD_BYTES", "50000")
    small = type(service)(create_app(load_settings()))
    browser, key = small.signed_in("RXY"), small.key()
    token = browser.token(PAGE)
    for size in (200_000, 2_000_000):
        page = browser.client.post(PAGE, data={"form_token": token}, files={"file": ("r.csv", b"x" * size)})
        assert (page.status_code, "larger than" in page.text) == (413, True)
        api = browser.client.post(API, files={"file": ("r.csv", b"x" * size)}, headers=key)
        assert (api.status_code, api.headers["content-type"]) == (413, "application/problem+json")
    assert browser.client.post("/sign-out", data={"form_token": "x" * 300_000}).status_code == 413
    assert get_receipts(small.state.database, YEAR) == []
    assert list(small.state.settings.landing.glob("*/*")) == []
    assert browser.send(csv_return()).status_code == 303


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="b.exe',
        "a\r\nSet-Cookie: x=y",
        "../../etc/passwd",
        "<script>alert(1)</script>.csv",
        "é€\u202e.xlsx",
        ".",
    ],
)
def test_a_file_s_name_stays_a_name(service: Any, csv_return: Make, name: str) -> None:
    browser = service.signed_in("RXY")
    assert browser.send(csv_return(), name).status_code == 303
    service.check()
    for page in (PAGE, f"{PAGE}/{YEAR}-RXY-001"):
        assert "<script" not in browser.get(page).text
    fetched = browser.get(f"{PAGE}/{YEAR}-RXY-001/file")
    assert fetched.content == csv_return()
    assert re.fullmatch(
        r"attachment; filename=\"[\w.-]+\"; filename\*=UTF-8''[\w.~%-]+", fetched.headers["content-disposition"]
    )
    assert "set-cookie" not in fetched.headers
    assert fetched.headers["content-security-policy"].startswith("sandbox")
    assert not re.search(r"[\r\n]", download_file(b"", name).headers["content-disposition"])


def test_nobody_is_led_elsewhere(service: Any) -> None:
    for path in ("//evil.example/", "/sign-in?next=https://evil.example", "/returns/2022/RXY?to=//evil.example"):
        answer = service.browser().get(
            path, headers={"X-Forwarded-Host": "evil.example", "Referer": "https://evil.example"}
        )
        assert answer.headers.get("location", "/") in ("/", "/sign-in")
        assert "evil" not in answer.text
    assert service.browser().get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_it_listens_on_this_machine_or_behind_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[dict[str, Any]] = []
    monkeypatch.setattr("uvicorn.run", lambda _app, **options: runs.append(options))
    with pytest.raises(WresError, match="this machine alone"):
        app.serve(load_settings(), "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("WRES_WEB_URL", "http://example.nhs.uk")
    with pytest.raises(WresError, match="WRES_WEB_URL"):
        app.serve(load_settings())
    monkeypatch.setenv("WRES_WEB_URL", "https://returns.example.nhs.uk")
    app.serve(load_settings(), "0.0.0.0", 0)  # noqa: S104
    monkeypatch.delenv("WRES_WEB_URL")
    app.serve(load_settings(), port=0)
    assert [options["host"] for options in runs] == ["0.0.0.0", "127.0.0.1"]  # noqa: S104
    assert all(options["access_log"] is False for options in runs)  # an invitation's address is a secret


def test_an_address_that_is_taken_is_named_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WresError, match=f"127.0.0.1, port {port}: Address already in use. Stop what uses it"):
            app.serve(load_settings(), port=port, announce=pytest.fail)


def test_a_failure_says_nothing_of_what_it_is_about(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, key = service.signed_in("RXY"), service.key()

    def fail(*_args: object, **_options: object) -> None:
        raise OSError("canary")

    for module in ("sender_pages", "api"):
        monkeypatch.setattr(f"wres.web.{module}.get_receipts", fail)
    for answer in (browser.get(PAGE), browser.get(API, headers=key)):
        assert answer.status_code == 503
        assert "canary" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["x-frame-options"] == "DENY"
