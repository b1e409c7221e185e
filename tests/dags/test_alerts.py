"""Mails about what failed, sent by Airflow's own notifier to a mail server of the test."""

import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from wres.monitoring.attention import recent_failures
from wres.orchestration.alerts import report_failure
from wres.settings import Settings


class _MailServer(socketserver.ThreadingTCPServer):
    """Takes every mail and keeps it."""

    allow_reuse_address = True
    daemon_threads = True
    mails: list[str]


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline().decode():
            if line.upper().startswith("DATA"):
                self.wfile.write(b"354 go on\r\n")
                lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                self.server.mails.append("".join(lines))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith("QUIT") else b"250 ok\r\n")


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    with _MailServer(("127.0.0.1", 0), _Session) as server:
        server.mails = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        options = "disable_ssl=true&disable_tls=true&from_email=wres@example.org&retry_limit=1&timeout=10"
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://127.0.0.1:{server.server_address[1]}/?{options}")
        yield server.mails
        server.shutdown()


def context(error: BaseException | None) -> dict[str, Any]:
    task = SimpleNamespace(task_id="receive", dag_id="collect_returns", log_url="http://127.0.0.1/log")
    run = SimpleNamespace(partition_key=None)
    return {"ti": task, "task_instance": task, "params": {"year": 2022}, "dag_run": run, "exception": error}


def test_a_failure_is_mailed_and_recorded(
    mails: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_ALERT_TO", "on-call@example.org, deputy@example.org")
    report_failure(context(AirflowFailException("The outbox cannot be written. Make room.")))
    [mail] = mails
    assert "Subject: WRES: receive of collect_returns failed" in mail
    assert "on-call@example.org" in mail
    assert "deputy@example.org" in mail
    [failure] = recent_failures(settings, 2022)
    assert failure["cause"] == "The outbox cannot be written. Make room."


def test_an_unexpected_error_is_named_without_its_text(settings: Settings) -> None:
    report_failure(context(ValueError("a value of a return")))
    report_failure(context(None))
    causes = [failure["cause"] for failure in recent_failures(settings, 2022)]
    assert causes == ["It was ended from outside.", "An unexpected ValueError. The log says more."]


def test_a_mail_server_that_is_away_fails_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WRES_ALERT_TO", "on-call@example.org")
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", "smtp://127.0.0.1:1/?from_email=a@example.org&retry_limit=1")
    with caplog.at_level(logging.WARNING):
        report_failure(context(None))
    assert "Check Airflow's connection smtp_default" in caplog.text


class _Hook(BaseHTTPRequestHandler):
    """Takes what is posted to it and keeps it."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def hook() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """The address of a webhook, and what was posted to it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hook) as server:
        posts: list[tuple[str, dict[str, Any]]] = []
        server.posts = posts  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"json://user:hunter2@127.0.0.1:{server.server_address[1]}/", posts
        server.shutdown()


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plug-in of Apprise
def test_a_failure_goes_to_every_address(
    hook: tuple[str, list[tuple[str, dict[str, Any]]]],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    address, posts = hook
    monkeypatch.setenv("WRES_ALERT_URLS", f"{address}chat, {address}phone")
    with caplog.at_level(logging.INFO):
        report_failure(context(AirflowFailException("The outbox cannot be written. Make room.")))
    assert sorted(path for path, _ in posts) == ["/chat", "/phone"]
    for _, post in posts:
        assert post["title"] == "WRES: receive of collect_returns failed"
        assert post["message"].splitlines()[0] == "The outbox cannot be written. Make room."
    assert "sent to 2 addresses" in caplog.text
    assert "hunter2" not in caplog.text
    assert len(recent_failures(settings, 2022)) == 1


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plug-in of Apprise
def test_an_address_that_cannot_be_used_or_reached_fails_nothing_and_is_not_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for address, says in (("nonsense://hunter2", "cannot be used"), ("json://u:hunter2@127.0.0.1:1/", "could not be")):
        monkeypatch.setenv("WRES_ALERT_URLS", address)
        caplog.clear()
        report_failure(context(None))
        assert says in caplog.text
        assert "hunter2" not in caplog.text
