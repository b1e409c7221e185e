"""Who may do what: each route times each role, for one's own organisation, another's, and one that there is not."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.routing import Mount

from wres.database.senders import add_sender, list_senders

YEAR = 2022
RECEIPT = f"{YEAR}-RXY-001"


@dataclass(frozen=True)
class Row:
    """What a route answers: to nobody, to a sender of the organisation, to one of another, to the national team."""

    nobody: int
    own: int
    other: int
    national: int
    form: bool = False


def page(own: int, national: int = 404, *, other: int = 404, form: bool = False) -> Row:
    """A page for those signed in: whoever is not is led to the sign-in."""
    return Row(303, own, other, national, form)


# A route that is not here fails the test. A sender's form is sent with its token and with what it needs.
MATRIX = {
    "GET /": page(303, 303, other=303),
    "GET /organisations": page(200, 303, other=200),
    "GET /sign-in": Row(200, 303, 303, 303),
    "POST /sign-out": page(303, 303, other=303, form=True),
    "GET /invitations/{secret}": Row(404, 404, 404, 404),
    "POST /invitations/{secret}": Row(404, 404, 404, 404, form=True),
    "GET /oidc/start": Row(404, 404, 404, 404),
    "GET /oidc/callback": Row(404, 404, 404, 404),
    "GET /returns/{year}/{organisation}": page(200, 200),
    "POST /returns/{year}/{organisation}": page(303, form=True),
    "GET /returns/{year}/{organisation}/template": page(200, 200),
    "GET /returns/{year}/{organisation}/local-report/{name}": page(
        404, 404
    ),  # nothing is published; see end_to_end/test_local_reports.py
    "GET /returns/{year}/{organisation}/{receipt}": page(200, 200),
    "GET /returns/{year}/{organisation}/{receipt}/report.{ending}": page(200, 200),
    "GET /returns/{year}/{organisation}/{receipt}/file": page(200, 200),
    "POST /returns/{year}/{organisation}/{receipt}/explain": page(303, form=True),
    "POST /returns/{year}/{organisation}/{receipt}/sign-off": page(303, form=True),
    "GET /team": page(404, 200),
    "GET /team/senders": page(404, 200),
    "POST /team/senders": page(404, 200, form=True),
    "POST /team/senders/{sender}/revoke": page(404, 303, form=True),
    "GET /team/{year}": page(404, 200),
    "GET /team/{year}/progress/{view}.html": page(404, 200),
    "GET /team/{year}/progress/chase-list.csv": page(404, 200),
    "POST /team/{year}/{state}": page(404, 303, form=True),
    "GET /team/{year}/{organisation}": page(404, 200),
    "GET /api/v1/openapi.json": Row(200, 200, 200, 200),
    "GET /openapi.json": Row(200, 200, 200, 200),
    "GET /health": Row(503, 503, 503, 503),  # the processes that check are not started here
}
# The API knows keys alone: without one, with one's own, with another's; no cookie counts.
API = {
    "POST /api/v1/returns/{year}/{organisation}": Row(401, 202, 404, 401),
    "GET /api/v1/returns/{year}/{organisation}": Row(401, 200, 404, 401),
    "GET /api/v1/returns/{year}/{organisation}/{receipt}": Row(401, 200, 404, 401),
    "GET /api/v1/returns/{year}/{organisation}/{receipt}/findings": Row(401, 200, 404, 401),
    "GET /api/v1/templates/{year}/{organisation}": Row(401, 200, 404, 401),
}


def routes(app: Any) -> list[str]:
    """Every route of the service but its style sheets."""
    assert [route.path for route in app.routes if isinstance(route, Mount)] == ["/static"]
    several = [route for route in app.routes if not isinstance(route, Mount)]
    return [f"{method} {route.path}" for route in several for method in route.methods - {"HEAD"}]


def test_each_route_has_its_row(service: Any) -> None:
    assert sorted(routes(service.app)) == sorted({**MATRIX, **API})


@pytest.fixture
def received(service: Any, csv_return: Callable[..., bytes]) -> None:
    """RXY's return counts, with a query; so every page of it has something to show."""
    browser = service.signed_in("RXY")
    assert browser.send(csv_return(bme="39", role="")).status_code == 303
    service.check()


def ask(service: Any, browser: Any, name: str, row: Row, csv_return: Callable[..., bytes], **parts: str) -> Any:
    method, _, path = name.partition(" ")
    values = {
        "year": str(YEAR),
        "organisation": "RXY",
        "receipt": RECEIPT,
        "ending": "csv",
        "secret": "x" * 43,
        "state": "open",
        "view": "still",
        "sender": "none",
        "name": "local-report.csv",
        **parts,
    }
    if "{sender}" in path:
        values["sender"], _ = add_sender(service.state.database, "invitation", "To be revoked", ["RR8"])
    path = path.format(**values)
    if method == "GET":
        return browser.get(path)
    fields = {"organisation": "RXY", "role": "Director", "explanation-Q308": "Once.", "day": "3", "month": "6"}
    files = {"file": ("r.csv", csv_return(bme="7"))}
    return browser.submit("/organisations" if browser.sender else "/sign-in", path, files, **fields, year=str(YEAR))


@pytest.mark.usefixtures("received")
@pytest.mark.parametrize("who", ["nobody", "own", "other", "national"])
def test_each_route_for_each_role(service: Any, csv_return: Callable[..., bytes], who: str) -> None:
    def browser() -> Any:
        if who == "nobody":
            return service.browser()
        return service.signed_in("RXY" if who == "own" else "RR8", national=who == "national")

    for name, row in MATRIX.items():
        asking = browser()  # a new one each time: signing out is among them
        token_page = "/team/senders" if who == "national" else "/organisations"
        asking.token = lambda _page, asking=asking, token_page=token_page: type(asking).token(
            asking, token_page if asking.sender else "/invitations/none"
        )
        if who == "nobody":
            asking.get("/sign-in")
            asking.token = lambda _page, asking=asking: service_token(asking)
        answer = ask(service, asking, name, row, csv_return)
        expected = getattr(row, who)
        assert answer.status_code == expected, f"{name} as {who}"
        if who == "nobody" and expected == 303:
            assert answer.headers["location"] == "/sign-in", name


def service_token(asking: Any) -> str:
    """The token of a visitor's forms."""
    from wres.web.access import VISIT_COOKIE, Visitor

    return Visitor(asking.client.cookies[VISIT_COOKIE], None).form_token


@pytest.mark.usefixtures("received")
def test_the_api_knows_keys_alone(service: Any, csv_return: Callable[..., bytes]) -> None:
    keys = {"own": service.key("RXY"), "other": service.key("RR8"), "nobody": {}}
    signed_in = service.signed_in("RXY")
    for name, row in API.items():
        method, _, path = name.partition(" ")
        path = path.format(year=YEAR, organisation="RXY", receipt=RECEIPT)
        files = {"file": ("r.csv", csv_return(bme="8"))} if method == "POST" else None
        for who, key in keys.items():
            answer = service.browser().client.request(method, path, files=files, headers=key)
            assert answer.status_code == getattr(row, who), f"{name} as {who}"
        assert signed_in.client.request(method, path, files=files).status_code == 401, name
        for wrong in ("Bearer x", "Basic x", "Bearer ", "Bearer \xff", keys["own"]["Authorization"] + "x"):
            headers = {"Authorization": wrong.encode("latin-1")}
            assert service.browser().client.request(method, path, files=files, headers=headers).status_code == 401


@pytest.mark.usefixtures("received")
def test_what_is_another_s_is_refused_as_what_there_is_not(service: Any) -> None:
    other, key = service.signed_in("RR8"), service.key("RR8")
    strange = ("RXY", "ZZZ", "R", "RXY%3F", "rxy", "%00", "NATIONAL")
    for name in [*MATRIX, *API]:
        method, _, path = name.partition(" ")
        if "{organisation}" not in path or "/team/" in path:
            continue
        answers = set()
        for year in (str(YEAR), "1066", "2022x"):
            for code in strange:
                for receipt in (RECEIPT, "2022-RXY-999", "..%2F..%2Fetc"):
                    address = path.format(year=year, organisation=code, receipt=receipt, ending="csv", name="x")
                    headers = key if "/api/" in path else {}
                    answer = other.client.request(method, address, headers=headers)
                    answers.add((answer.status_code, re.sub(r'value="[0-9a-f]{64}"', "", answer.text)))
        assert len(answers) == 1, name
        assert next(iter(answers))[0] == 404, name


@pytest.mark.usefixtures("received")
def test_a_form_counts_only_with_the_token_of_this_visitor(service: Any, csv_return: Callable[..., bytes]) -> None:
    sender, _ = add_sender(service.state.database, "invitation", "To stay", ["RR8"])
    for name, row in MATRIX.items():
        if not row.form or "{secret}" in name:
            continue
        path = name.partition(" ")[2].format(
            year=YEAR, organisation="RXY", receipt=RECEIPT, state="close", sender=sender, name="x"
        )
        national = "/team/" in path
        browser, another = (service.signed_in("RXY", national=national) for _ in range(2))
        files = {"file": ("r.csv", csv_return(bme="6"))}
        stolen = another.token("/team/senders" if national else "/organisations")
        for token in ("", "x", "é", stolen):
            answer = browser.client.post(
                path, data={"form_token": token, "organisation": "RXY", "role": "x"}, files=files
            )
            assert answer.status_code == 403, f"{name} {token}"
    states = {row["sender"]: row["state"] for row in list_senders(service.state.database)}
    assert states[sender] == "invited"
    _, secret = add_sender(service.state.database, "invitation", "Analyst", ["RXY"])
    assert service.browser().client.post(f"/invitations/{secret}", data={"form_token": "x"}).status_code == 403
    assert service.browser().accept(secret).status_code == 303  # it is not used up
