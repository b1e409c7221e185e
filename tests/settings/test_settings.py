"""The settings keep their secrets to themselves."""

import traceback

import pytest

from wres.errors import WresError
from wres.settings import Settings, load_settings

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
