"""What compose.yaml says of a service, with the variables of its environment filled in."""

import re
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import yaml

DOCKER = Path(__file__).resolve().parents[2] / "docker"
_VARIABLE = re.compile(r"\$\{(\w+)(:[-?])([^}]*)\}")


def services() -> dict[str, dict[str, Any]]:
    """The services as they stand in the file."""
    all_services: dict[str, dict[str, Any]] = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    return all_services


def made_up_secrets() -> dict[str, str]:
    """A value for every variable that compose.yaml requires."""
    names = {name for name, kind, _ in _VARIABLE.findall((DOCKER / "compose.yaml").read_text()) if kind == ":?"}
    values = {name: secrets.token_hex(32) for name in names}
    return {
        **values,
        "WRES_FERNET_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "WRES_AIRFLOW_URL": "http://127.0.0.1",
        "WRES_ADMIN_EMAIL": "somebody@nhs.invalid",
    }


def environment_of(service: str, variables: dict[str, str]) -> dict[str, str]:
    """The environment of a service; KeyError when a required variable is not given."""
    stated = services()[service].get("environment", {})
    return {name: _filled_in(value, variables) for name, value in stated.items()}


def command_of(service: str) -> list[str]:
    """The command, or the entrypoint, of a service."""
    definition = services()[service]
    command: list[str] = definition.get("entrypoint") or definition["command"]
    return [part.replace("$$", "$") for part in command]


def _filled_in(value: str, variables: dict[str, str]) -> str:
    def instead(match: re.Match[str]) -> str:
        name, kind, text = match.groups()
        return variables[name] if kind == ":?" else variables.get(name, text)

    return _VARIABLE.sub(instead, value).replace("$$", "$")
