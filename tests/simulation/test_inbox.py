from pathlib import Path

import pytest

from wres.intake.folder_channel import FolderChannel
from wres.reference.year_config import load_year
from wres.settings import Settings
from wres.simulation.delivery import Delivery
from wres.simulation.home_returns import by_collection_round, deliver


def test_each_delivery_is_in_one_wave_and_a_correction_in_a_later_one(national: list[Delivery]) -> None:
    rounds = by_collection_round(load_year(2022), national)
    assert 2 <= len(rounds) <= 3
    in_waves = [delivery for _, wave in rounds for delivery in wave]
    assert in_waves == national
    for _, wave in rounds:
        senders = [delivery.organisation_code for delivery in wave]
        assert len(senders) == len(set(senders))


def test_a_wave_is_collected_after_it_was_sent_and_while_it_counts_the_same(national: list[Delivery]) -> None:
    year = load_year(2022)
    times = [as_of for as_of, _ in by_collection_round(year, national)]
    assert times == sorted(times)
    for as_of, wave in by_collection_round(year, national):
        for delivery in wave:
            assert delivery.sent_at < as_of
            assert year.state(as_of) == year.state(delivery.sent_at)


def test_delivered_files_wait_on_the_channel_without_settling(
    national: list[Delivery], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: (_ for _ in ()).throw(AssertionError("had to wait")))
    settings = Settings(home=tmp_path)
    _, wave = by_collection_round(load_year(2022), national)[0]
    assert deliver(wave, settings.inbox) == len(wave)
    channel = FolderChannel(settings)
    waiting = channel.waiting(2022)
    received = {(receipt.organisation_code, receipt.file_name): Path(receipt.place).read_bytes() for receipt in waiting}
    assert received == {(delivery.organisation_code, delivery.file_name): delivery.content for delivery in wave}
    assert len(list(settings.inbox.rglob("*.part"))) == 0
