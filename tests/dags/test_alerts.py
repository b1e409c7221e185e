"""Mails about what failed, sent by Airflow's own notifier to a mail server of the test."""

import logging
import socketserver
import threading
from collections.abc import Iterator
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
    assert "See to Airflow's connection smtp_default" in caplog.text
