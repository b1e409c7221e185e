"""The API describes itself truly: requests made up from its description get described answers and no fault."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def operations(service: Any) -> list[Any]:
    """What the API can do, as it says itself."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", service.app, headers={"Host": "localhost"})
    return [operation.ok() for operation in schema.get_all_operations()]


def test_any_request_gets_an_answer_that_is_described(
    service: Any, csv_return: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.key()
    client = service.browser().client
    for bme in ("-2", "39"):
        client.post("/api/v1/returns/2022/RXY", files={"file": ("r.csv", csv_return(bme=bme))}, headers=key)
    service.check()
    described = operations(service)
    assert len(described) == 5
    met: set[tuple[str, int]] = set()

    for operation in described:
        met |= try_out(operation, key)
    assert met >= {("post", 202), ("post", 404), ("get", 200), ("get", 404)}


def try_out(operation: Any, key: dict[str, str]) -> set[tuple[str, int]]:
    """Ask for all that the description allows, also for what there is; gives the answers met."""
    met: set[tuple[str, int]] = set()

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def try_it(case: Any) -> None:
        for parts in ({}, {"year": "2022", "organisation": "RXY", "receipt": "2022-RXY-002"}):
            if parts:
                case.path_parameters = {name: parts[name] for name in case.path_parameters}
            case.headers = {**(case.headers or {}), **key, "Host": "localhost"}
            response = case.call()
            case.validate_response(response, checks=CHECKS)
            met.add((operation.method, response.status_code))

    try_it()
    return met
