"""The settings keep their secrets to themselves, and say in plain words which of them cannot be used."""

import traceback

import pytest

from wres.errors import WresError
from wres.settings import Settings, load_settings, misspelt_settings

SECRETS = {
    "WRES_DATABASE_URL": "postgresql+psycopg://wres:hunter2@db/wres",
    "WRES_LANDING_URI": "s3://key:hunter2@bucket/landing",
    "WRES_WAREHOUSE_URI": "s3://key:hunter2@bucket/warehouse",
    "WRES_PUBLISHED_URI": "s3://key:hunter2@bucket/published",
    "WRES_S3_URL": "s3://key:hunter2@bucket/inbox",
    "WRES_SIGNING_KEY": "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
    "WRES_MESH_PASSWORD": "hunter2",
    "WRES_MESH_SHARED_KEY": "hunter2",
}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_no_secret_is_printed_with_the_settings(secret: Settings) -> None:
    shown = f"{secret!r} {secret} {vars(secret)['signing_key']!r}"
    assert "home=" in shown
    assert "hunter2" not in shown


def test_every_setting_that_could_hold_one_is_here() -> None:
    printed = {name for name, field in Settings.model_fields.items() if field.repr and field.annotation is str}
    assert printed == {
        "spark_master",
        "spark_catalog",
        "mesh_url",
        "mesh_mailbox",
        "web_url",
        "oidc_issuer",
        "oidc_client_id",
    }


def test_a_setting_that_cannot_be_used_shows_no_secret(secret: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_MAX_CELLS", "hunter2")
    with pytest.raises(WresError, match="WRES_MAX_CELLS") as raised:
        load_settings()
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WRES_MAX_CELLS", "0", "it must be 1 or more"),
        ("WRES_MAX_READER_SECONDS", "-1", "it must be above 0"),
        ("WRES_MAX_READER_SECONDS", "two", "it must be a number"),
        ("WRES_WEB_WORKERS", "17", "it must be 16 or less"),
        ("WRES_AS_OF", "never", "it must be a time such as 2022-06-10T12:00"),
        ("WRES_ENGINE", "sparc", "it must be 'duckdb' or 'spark'"),
        ("WRES_WEB_URL", "example.org", "it must be https://NAME"),
    ],
)
def test_a_setting_that_cannot_be_used_is_explained(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WresError, match=f"^The setting {name} cannot be used: {words}"):
        load_settings()


def test_a_variable_with_a_slip_in_its_name_is_noticed() -> None:
    slips = {"WRES_HOEM": "WRES_HOME", "WRES_LANDING_URL": "WRES_LANDING_URI", "WRES_WEBURL": "WRES_WEB_URL"}
    others = ["HOME", "WRES_HOME", "WRES_AS_OF", "WRES_JWT_SECRET", "WRES_DB_PASSWORD", "WRES_FIGURES"]
    assert misspelt_settings([*slips, *others]) == slips
