"""Disclosure control of a build is worked out once, and read back it is the same to the last figure."""

import pytest

import wres.release.protection
from tests.disclosure.nations import POLICY, RATIOS, Nation, Tables, Trust, exact_tables, policies
from wres.disclosure import Protected, RoundedNation
from wres.indicators.published_series import published_series
from wres.reference.year_tables import DisclosurePolicy
from wres.release.protection import protect_once
from wres.settings import Settings
from wres.warehouse.marts import CountedBuild

STRICTER = DisclosurePolicy(policy="protected", threshold=9, rounding=5)
KEY = CountedBuild(2022, "2022-abc", "0123")
NATION: Nation = {
    2021: {"RAA": Trust(23, 2, 9), "RBB": Trust(37, 21, 9), "RCC": Trust(41, 19, 12)},
    2022: {"RAA": Trust(21, 9, 1), "RBB": Trust(0, 0, 0), "RCC": Trust(44, 16, 15)},
}


@pytest.fixture
def tables() -> Tables:
    """The tables of a small nation as a build holds them."""
    series = published_series(2022).sort_by([(name, "ascending") for name in ("collection_year", "level", "code")])
    return {**exact_tables(NATION), "published_series": series}


def protected(settings: Settings, tables: Tables, policy: DisclosurePolicy, key: CountedBuild = KEY) -> Protected:
    return protect_once(settings, key, tables, policies(NATION, policy), ())


def test_it_is_worked_out_once_and_read_back_the_same(
    settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = protected(settings, tables, POLICY)
    assert any(names for names in first.tables["organisation"]["suppressed"].to_pylist())
    monkeypatch.delattr(wres.release.protection, "protected_tables")
    second = protected(settings, tables, POLICY)
    assert list(second.tables) == list(first.tables)
    for name, table in first.tables.items():
        assert second.tables[name].schema == table.schema, name
        assert second.tables[name].to_pylist() == table.to_pylist(), name
    assert (second.figures_shown, second.rounded) == (first.figures_shown, first.rounded)


def test_another_policy_or_count_is_worked_out_for_itself(
    settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    protected(settings, tables, POLICY)
    monkeypatch.delattr(wres.release.protection, "protected_tables")
    for policy, key in ((STRICTER, KEY), (RATIOS, KEY), (POLICY, CountedBuild(2022, "2022-abc", "4567"))):
        with pytest.raises(NameError):
            protected(settings, tables, policy, key)


def test_rounded_counts_of_the_nation_are_kept(
    settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounded = (RoundedNation(2021, "trust", "bme_entered", 20),)
    computed = wres.release.protection.protected_tables(settings, tables, policies(NATION, POLICY), ())
    rounded_tables = Protected(computed.tables, computed.figures_shown, rounded)
    monkeypatch.setattr(wres.release.protection, "protected_tables", lambda *_: rounded_tables)
    protected(settings, tables, POLICY)
    monkeypatch.delattr(wres.release.protection, "protected_tables")
    assert protected(settings, tables, POLICY).rounded == rounded
