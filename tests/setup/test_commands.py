"""The scripts can be run, and the locks they are built on keep their promises."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEEP = ROOT / "script" / "lib" / "keep.py"
SCRIPTS = ["server", "test", "check", "fix", "lock", "manage", "entry"]


@pytest.mark.parametrize("name", [*(f"script/{script}" for script in SCRIPTS), ".ci/run"])
def test_a_script_is_executable_bash_without_syntax_errors(name: str) -> None:
    path = ROOT / name
    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_continuous_integration_runs_what_people_run() -> None:
    assert "script/test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]


def test_entry_refuses_what_it_does_not_know() -> None:
    answer = subprocess.run([ROOT / "script" / "entry", "nothing"], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.startswith("usage: script/entry web|worker|beat")


def test_the_demo_never_listens_to_other_machines() -> None:
    environment = {**os.environ, "BIND": "0.0.0.0", "OPENSITREP_DEMO": "1"}
    answer = subprocess.run(
        [ROOT / "script" / "server"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 1
    assert "passwords are known" in answer.stderr


class Service:
    """A service that sleeps, and its users; every process started is ended by the test that started it."""

    def __init__(self, directory: Path) -> None:
        self.name = directory / "sleeper"
        self.note = directory / "pid"
        self.started: list[subprocess.Popen[bytes]] = []

    def use(self) -> subprocess.Popen[bytes]:
        """Start a user: it shares the service's lock as long as it lives."""
        script = f'exec 8>>"{self.name}.users"; "{sys.executable}" "{KEEP}" share 8; echo in; exec sleep 60'
        user = subprocess.Popen(["bash", "-c", script], stdout=subprocess.PIPE)
        assert user.stdout is not None
        assert user.stdout.readline() == b"in\n"
        user.stdout.close()
        self.started.append(user)
        return user

    def keep(self) -> subprocess.Popen[bytes]:
        """Start a keeper."""
        command = ["bash", "-c", f'echo $$ >"{self.note}"; exec sleep 60']
        options = ["--log", str(self.name) + ".log", "--signal", "TERM"]
        keeper = subprocess.Popen([sys.executable, str(KEEP), "run", str(self.name), *options, "--", *command])
        self.started.append(keeper)
        return keeper

    def pid(self) -> int:
        """Wait for the service to be up; its process id."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.note.exists() and self.note.read_text().strip():
                return int(self.note.read_text())
            time.sleep(0.02)
        raise AssertionError("the service did not start")


def gone(pid: int) -> bool:
    """Wait up to ten seconds for the process to end."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    sleeper = Service(tmp_path)
    yield sleeper
    for process in sleeper.started:
        process.kill()
        process.wait()


def test_a_service_stops_when_its_last_user_is_killed(service: Service) -> None:
    first, second = service.use(), service.use()
    keeper = service.keep()
    pid = service.pid()
    first.kill()
    first.wait()
    time.sleep(0.5)
    os.kill(pid, 0)  # the second user still has it
    second.kill()
    second.wait()
    assert keeper.wait(10) == 0
    assert gone(pid)


def test_a_service_has_one_keeper(service: Service) -> None:
    service.use()
    service.keep()
    pid = service.pid()
    assert service.keep().wait(10) == 3
    os.kill(pid, 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other kernels cannot tie a child to its parent")
def test_a_service_does_not_outlive_a_killed_keeper(service: Service) -> None:
    service.use()
    keeper = service.keep()
    pid = service.pid()
    keeper.send_signal(signal.SIGKILL)
    keeper.wait()
    assert gone(pid)


def test_settling_waits_for_the_end_but_not_for_other_users(service: Service) -> None:
    first, second = service.use(), service.use()
    service.keep()
    pid = service.pid()
    settle = [sys.executable, str(KEEP), "settle", str(service.name)]
    first.kill()
    first.wait()
    subprocess.run(settle, check=True, timeout=5)
    os.kill(pid, 0)
    second.kill()
    second.wait()
    subprocess.run(settle, check=True, timeout=20)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_claimed_lock_cannot_be_claimed_twice(tmp_path: Path) -> None:
    script = f"""
        exec 6>>"{tmp_path}/lock" 7>>"{tmp_path}/lock"
        "{sys.executable}" "{KEEP}" claim 6 && ! "{sys.executable}" "{KEEP}" claim 7
    """
    subprocess.run(["bash", "-c", script], check=True)
