"""Several channels at once: what fails on one is said in a sentence, and the others go on."""

from collections.abc import Callable

import pytest

from wres import steps
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.intake.receive import Received
from wres.intake.rounds import channels_in_use
from wres.settings import load_settings

Put = Callable[..., str]
Receive = Callable[[], Received]


def leave_in_folder() -> None:
    file = load_settings().inbox / "2022" / "RXY" / "return.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"bytes")


@pytest.mark.parametrize(
    ("url", "key", "secret", "says"),
    [
        ("", "pipeline", "no-such-secret", "the secret key is not the right one"),
        ("", "nobody", "no-such-secret", "the access key is not known"),
        (
            "s3://other/some/where?endpoint_override={}&scheme=http&region=us-east-1",
            "keeper",
            "keeper-secret",
            "bucket",
        ),
        ("s3://wres?endpoint_override=127.0.0.1:1&scheme=http&region=us-east-1", "a", "no-such-secret", "be reached"),
        ("s3://a:no-such-secret@wres/some/where?region=us-east-1", "a", "b", "holds credentials"),
        ("s3://wres?endpoint=no-such-secret", "a", "b", "cannot be understood"),
        ("some/where", "a", "b", "cannot be understood"),
    ],
)
def test_a_mistake_is_said_without_secrets_and_the_folder_goes_on(
    s3_server: str, use_s3: Callable[..., None], receive_2022: Receive, url: str, key: str, secret: str, says: str
) -> None:
    use_s3(url.format(s3_server), key, secret)
    leave_in_folder()
    received = receive_2022()
    assert received.receipts == ["2022-RXY-001"]
    [failure] = received.failures
    assert says in failure
    assert "secret" not in failure.replace("secret key", "")


def test_the_step_fails_at_its_end_and_says_why(use_s3: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    use_s3(key="nobody")
    leave_in_folder()
    with pytest.raises(WresError, match="the access key is not known"):
        steps.receive(steps.open_context(2022))
    assert len(get_receipts(open_registry(load_settings()), 2022)) == 1


def test_an_object_that_cannot_be_read_holds_up_no_other(
    use_s3: Callable[..., None], put: Put, receive_2022: Receive
) -> None:
    put("return.csv", org="RR8")
    put("return.csv", org="RXY")
    use_s3(key="half", secret="half-secret")
    received = receive_2022()
    assert received.receipts == ["2022-RXY-001"]
    assert [failure.partition("access is denied")[1] for failure in received.failures] == ["access is denied"]


def test_an_answer_whose_channel_is_gone_stays_owed(
    use_s3: Callable[..., None], put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    use_s3()
    put("return.csv")
    steps.receive(steps.open_context(2022))
    with monkeypatch.context() as patch:
        patch.delenv("WRES_S3_URL")
        [failure] = steps.collect(steps.open_context(2022))["failures"]
    assert "came by the channel s3" in failure
    assert steps.send_pending_reports(steps.open_context(2022)) == 1


def test_a_simulated_home_never_takes_real_returns(use_s3: Callable[..., None]) -> None:
    use_s3()
    settings = load_settings()
    assert [channel.name for channel in channels_in_use(settings)] == ["folder", "web", "s3"]
    settings.home.mkdir(parents=True)
    (settings.home / "SIMULATED").touch()
    assert [channel.name for channel in channels_in_use(settings)] == ["folder", "web"]
