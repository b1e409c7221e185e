"""Signing in by OpenID Connect, with a real provider; and what is refused."""

import json
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from wres.database.senders import list_senders
from wres.settings import load_settings
from wres.web.access import SESSION_COOKIE
from wres.web.app import create_app
from wres.web.senders_file import load_senders_file

HEADER = "organisation_code,role,subject,address\n"
PEOPLE = (
    {"sub": "analyst-1", "email": "Analyst@example.nhs.uk", "email_verified": True},
    {"sub": "doubtful", "email": "analyst@example.nhs.uk", "email_verified": False},
)


@pytest.fixture(scope="module")
def provider(
    free_ports: Callable[[int], list[int]], serving: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a provider; it lets anybody in as whoever they say they are."""
    [port] = free_ports(1)
    url = f"http://localhost:{port}"
    command: list[str | Path] = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for person in PEOPLE:
        command += ["--user-claims", json.dumps(person)]

    def ready() -> None:
        with urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=5):
            pass

    with serving([*command, "--require-nonce", "true"], tmp_path_factory.mktemp("provider"), ready):
        yield url


@pytest.fixture
def openid(service: Any, provider: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The service where people sign in by the provider."""
    monkeypatch.setenv("WRES_OIDC_ISSUER", provider)
    monkeypatch.setenv("WRES_OIDC_CLIENT_ID", "wres")
    monkeypatch.setenv("WRES_OIDC_CLIENT_SECRET", "secret")
    return type(service)(create_app(load_settings()))


def load(service: Any, tmp_path: Path, *rows: str) -> dict[str, int]:
    file = tmp_path / "senders.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return load_senders_file(service.state.database, file)


def begin(browser: Any) -> str:
    answer = browser.get("/oidc/start")
    assert answer.status_code == 302
    return str(answer.headers["location"])


def back_from(address: str, subject: str) -> str:
    """Sign in at the provider; gives where it sends the browser back to, without the host."""
    sent = httpx2.post(address, data={"sub": subject})
    back = urlsplit(sent.headers["location"])
    return f"{back.path}?{back.query}"


def sign_in(service: Any, subject: str) -> Any:
    browser = service.browser()
    browser.answer = browser.get(back_from(begin(browser), subject))
    return browser


def test_a_person_who_is_entered_comes_in_for_their_organisations(openid: Any, tmp_path: Path) -> None:
    load(openid, tmp_path, "RXY,Analyst,analyst-1,", "RR8,Analyst,analyst-1,", "NATIONAL,Lead,lead-1,")
    assert "/oidc/start" in openid.browser().get("/sign-in").text
    browser = sign_in(openid, "analyst-1")
    assert (browser.answer.status_code, browser.answer.headers["location"]) == (303, "/")
    assert [browser.get(f"/returns/2022/{code}").status_code for code in ("RXY", "RR8", "RJ1")] == [200, 200, 404]
    assert sign_in(openid, "lead-1").get("/team").status_code == 200
    stranger = sign_in(openid, "stranger")
    assert (stranger.answer.status_code, SESSION_COOKIE in stranger.client.cookies) == (403, False)
    assert load(openid, tmp_path, "NATIONAL,Lead,lead-1,") == {"people": 1, "entered": 0, "revoked": 1}
    assert browser.get("/returns/2022/RXY").status_code == 303  # revoked at once


def test_an_address_counts_once_it_is_verified_and_then_belongs_to_that_person(openid: Any, tmp_path: Path) -> None:
    load(openid, tmp_path, "RXY,Analyst,,ANALYST@example.nhs.uk")
    assert sign_in(openid, "doubtful").answer.status_code == 403
    assert sign_in(openid, "analyst-1").get("/returns/2022/RXY").status_code == 200
    load(openid, tmp_path, "RXY,Analyst,,analyst@example.nhs.uk")
    assert sign_in(openid, "analyst-1").answer.status_code == 303
    assert len(list_senders(openid.state.database)) == 1


def test_state_nonce_and_pkce_are_sent_and_only_the_browser_that_began_can_end(openid: Any, tmp_path: Path) -> None:
    load(openid, tmp_path, "RXY,Analyst,analyst-1,")
    browser = openid.browser()
    query = parse_qs(urlsplit(begin(browser)).query)
    assert query["code_challenge_method"] == ["S256"]
    assert all(len(query[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    back = back_from(begin(browser), "analyst-1")
    assert openid.browser().get(back).status_code == 400  # another browser
    state = parse_qs(urlsplit(back).query)["state"][0]
    for forged in (
        back.replace(state, "x" * len(state)),
        "/oidc/callback?code=x",
        "/oidc/callback?error=access_denied",
    ):
        begin(browser)
        assert browser.get(forged).status_code == 400
    fresh = openid.browser()
    back = back_from(begin(fresh), "analyst-1")
    assert fresh.get(back).status_code == 303
    assert fresh.get(back).status_code == 400  # an answer counts once


Forge = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.mark.parametrize(
    "forge",
    [
        lambda claims: claims | {"iss": "https://evil.example"},
        lambda claims: claims | {"aud": "another"},
        lambda claims: claims | {"nonce": "another"},
        lambda claims: claims | {"exp": int(time.time()) - 3600},
        lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
        lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    ],
    ids=["issuer", "audience", "nonce", "expired", "no nonce", "no subject"],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    openid: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forge: Forge
) -> None:
    load(openid, tmp_path, "RXY,Analyst,analyst-1,")
    key = RSAKey.generate_key(2048, parameters={"kid": "k"})
    client = openid.state.provider._client
    browser = openid.browser()
    address = begin(browser)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    back = back_from(address, "analyst-1")
    issuer = client.server_metadata["issuer"]
    now = int(time.time())
    claims = {"iss": issuer, "sub": "analyst-1", "aud": "wres", "iat": now, "exp": now + 60, "nonce": nonce}

    async def tokens(*_args: object, **_options: object) -> dict[str, Any]:
        token = jwt.encode({"alg": "RS256", "kid": "k"}, signed, key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}

    async def keys(*_args: object, **_options: object) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    monkeypatch.setattr(client, "fetch_access_token", tokens)
    monkeypatch.setattr(client, "fetch_jwk_set", keys)
    signed = forge(claims)
    assert browser.get(back).status_code == 400
    signed = claims
    again = openid.browser()
    address = begin(again)
    signed = claims | {"nonce": parse_qs(urlsplit(address).query)["nonce"][0]}
    assert again.get(back_from(address, "analyst-1")).status_code == 303  # so it was the forgery that was refused


def test_a_provider_that_does_not_answer_is_said(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_OIDC_ISSUER", "http://127.0.0.1:1")
    away = type(service)(create_app(load_settings()))
    answer = away.browser().get("/oidc/start")
    assert (answer.status_code, "did not work" in answer.text) == (400, True)
