"""docker-compose.yml, the Dockerfile, the Procfile and the scripts describe one site. No Docker engine is needed."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
APP_SERVICES = {"web", "worker", "beat", "migrate"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(text("docker-compose.yml"))


@pytest.fixture(scope="module")
def entries() -> set[str]:
    """What script/entry knows to start."""
    return set(re.findall(r"^([a-z]+)\)", text("script/entry"), re.M))


def procfile() -> dict[str, str]:
    return dict(re.findall(r"^(\w+): (.+)$", text("Procfile"), re.M))


def test_compose_has_the_whole_site(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == APP_SERVICES | {"postgres", "redis"}


def test_the_procfile_and_compose_start_the_same_entries(compose: dict[str, Any], entries: set[str]) -> None:
    for name, command in procfile().items():
        assert command == f"exec script/entry {name}"
        assert compose["services"][name]["command"] == [name]
    assert procfile().keys() == {"web", "worker", "beat"}
    assert entries >= APP_SERVICES
    assert 'ENTRYPOINT ["script/entry"]' in text("Dockerfile")
    assert not any("entrypoint" in service for service in compose["services"].values())


def test_everything_that_can_be_asked_has_a_health_check(compose: dict[str, Any], entries: set[str]) -> None:
    for name in ("postgres", "redis", "web", "worker"):
        check = compose["services"][name]["healthcheck"]
        assert check["test"][0] in {"CMD", "CMD-SHELL"}
        assert check["retries"] >= 3
    assert compose["services"]["web"]["healthcheck"]["test"][1:] == ["script/entry", "health"]
    assert "health" in entries


def test_the_site_waits_for_a_finished_migration(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        waits = compose["services"][name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["postgres"]["condition"] == waits["redis"]["condition"] == "service_healthy"
    assert compose["services"]["migrate"]["restart"] == "no"


def test_web_and_worker_can_be_scaled(compose: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        assert "container_name" not in compose["services"][name]
    (published,) = compose["services"]["web"]["ports"]
    first, last = re.search(r"WEB_PORTS:-(\d+)-(\d+)", published).groups()  # type: ignore[union-attr]
    assert int(last) - int(first) >= 4
    assert published.startswith("127.0.0.1:")
    assert not any("ports" in service for name, service in compose["services"].items() if name != "web")


def test_secrets_have_no_defaults() -> None:
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text("docker-compose.yml")))
    for name, default in defaults.items():
        assert not default or not re.search("KEY|PASSWORD|SECRET|TOKEN|IDENTIFIER|CLIENT", name), name
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        assert f"${{{name}:?" in text("docker-compose.yml"), name


def test_data_outlives_the_containers(compose: dict[str, Any]) -> None:
    mounted = [volume for service in compose["services"].values() for volume in service.get("volumes", [])]
    for name in compose["volumes"]:
        assert any(volume.startswith(f"{name}:/") for volume in mounted), name
    assert set(compose["volumes"]) == {"postgres", "redis", "media"}


def test_postgresql_has_one_major_version_everywhere(compose: dict[str, Any]) -> None:
    (major,) = re.findall(r"^POSTGRES_MAJOR=(\d+)", text("script/lib/environment.sh"), re.M)
    assert compose["services"]["postgres"]["image"].startswith(f"postgis/postgis:{major}-")


def test_redis_has_one_configuration_everywhere(compose: dict[str, Any]) -> None:
    redis = compose["services"]["redis"]
    (mounted,) = [volume for volume in redis["volumes"] if volume.startswith("./")]
    source, target, _mode = mounted.split(":")
    assert (ROOT / source).is_file()
    assert redis["command"][:2] == ["redis-server", target]
    assert Path(source).name in text("script/lib/services.sh")
    configuration = text(source)
    for line in ("appendonly yes", "appendfsync everysec", "maxmemory-policy noeviction"):
        assert line in configuration.splitlines()


def test_the_containers_have_no_more_rights_than_they_need(compose: dict[str, Any]) -> None:
    for name in APP_SERVICES:
        service = compose["services"][name]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    instructions = text("Dockerfile").splitlines()
    user = instructions.index("USER opensitrep")
    assert not any(line.startswith("RUN") for line in instructions[user:])


def test_the_image_installs_from_the_lock_files_with_hashes() -> None:
    dockerfile = text("Dockerfile")
    assert "--require-hashes -r requirements.lock" in dockerfile
    assert "npm ci --omit=dev --ignore-scripts" in dockerfile
    assert "script/entry static" in dockerfile


def test_the_image_leaves_out_what_is_not_part_of_the_site() -> None:
    ignored = set(text(".dockerignore").split())
    assert {".git", ".venv", ".env", "node_modules", "tests", "var"} <= ignored
