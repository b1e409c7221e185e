"""An object store on a bad day: what passes is tried again by the client, what stays is reported and loses nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.survival.faulty import MODES, FaultyProxy
from wres import steps
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.errors import UnavailableError
from wres.settings import Settings, load_settings
from wres.storage.landing import read_landed

pytestmark = pytest.mark.slow

_FIRST_TIME = "2022-06-10T12:00"


@pytest.fixture
def proxy(bucket: Any, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyProxy]:
    """The landing zone and the channel are behind it."""
    with FaultyProxy(s3_server).running() as proxy:
        about = f"endpoint_override={proxy.address}&scheme=http&region=us-east-1"
        for name, value in {
            "WRES_S3_URL": f"s3://wres/some/where?{about}",
            "WRES_LANDING_URI": f"s3://wres/kept/landing?{about}",
            "AWS_ACCESS_KEY_ID": "pipeline",
            "AWS_SECRET_ACCESS_KEY": "pipeline-secret",
            "AWS_EC2_METADATA_DISABLED": "true",
            "WRES_AS_OF": _FIRST_TIME,
        }.items():
            monkeypatch.setenv(name, value)
        yield proxy


@pytest.fixture
def put(bucket: Any) -> Callable[[str, bytes], None]:
    def put(org: str, content: bytes) -> None:
        with bucket.open_output_stream(f"wres/some/where/inbox/2022/{org}/return.csv", compression=None) as target:
            target.write(content)

    return put


def nothing_is_lost(settings: Settings, bucket: Any, sent: dict[str, bytes]) -> dict[str, bytes]:
    """Every file is on the channel or has its bytes landed; gives those that are received."""
    received = {receipt.organisation_code: receipt for receipt in get_receipts(open_registry(settings), 2022)}
    for org, content in sent.items():
        waits = bucket.get_file_info(f"wres/some/where/inbox/2022/{org}/return.csv").is_file
        assert waits or org in received
        if org in received:
            assert received[org].size == len(content)
    return {org: content for org, content in sent.items() if org in received}


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "silent"])
def test_what_passes_is_tried_again_and_nobody_notices(
    mode: str, proxy: FaultyProxy, bucket: Any, put: Callable[[str, bytes], None]
) -> None:
    sent = {org: f"{org},not a return\n".encode() * 2000 for org in ("RXY", "RJ1")}
    for org, content in sent.items():
        put(org, content)
    proxy.mode, proxy.fails = mode, lambda number: number % 5 == 0
    try:
        goes_on = bool(steps.collect(steps.open_context(2022))["failures"])
    except UnavailableError:  # the landing zone did not say in time whether the registry is its newest
        goes_on = True
    if goes_on:  # the client may give one thing up; the next round takes it
        proxy.mode = ""
        steps.collect(steps.open_context(2022))
    proxy.mode = ""
    settings = load_settings()
    assert proxy.failed > 0
    assert nothing_is_lost(settings, bucket, sent) == sent
    for receipt in get_receipts(open_registry(settings), 2022):
        assert read_landed(settings, receipt.sha256, 1 << 20) == sent[receipt.organisation_code]


@pytest.mark.parametrize("mode", MODES)
def test_what_stays_is_reported_in_a_sentence_and_the_next_round_goes_through(
    mode: str, full: bool, proxy: FaultyProxy, bucket: Any, put: Callable[[str, bytes], None]
) -> None:
    if mode == "silent" and not full:
        pytest.skip("by make survive: the client waits long before it gives up")
    sent = {"RXY": b"not a return\n" * 2000}
    put("RXY", sent["RXY"])
    settings = load_settings()
    open_registry(settings)
    proxy.mode, proxy.fails = mode, lambda _number: True
    with pytest.raises(UnavailableError, match="cannot be used") as raised:
        steps.receive(steps.open_context(2022))
    assert "pipeline-secret" not in str(raised.value)
    assert proxy.failed > 0
    assert nothing_is_lost(settings, bucket, sent) == {}
    proxy.mode = ""
    assert (steps.collect(steps.open_context(2022))["received"], nothing_is_lost(settings, bucket, sent)) == (1, sent)
