"""Locks for the scripts, and services that live exactly as long as somebody uses them.

Whoever uses a service holds a shared lock on NAME.users; the kernel drops it however the user ends, `kill -9` included.
The keeper starts the service, waits until it can have that lock alone, which is when the last user has gone, and stops
the service. So script/server and any number of script/manage can come and go in any order and nothing is left behind.

    keep.py share FD            hold a shared lock on the caller's open file, waiting for a service that is stopping
    keep.py claim FD            hold it alone, or exit 1 at once
    keep.py queue FD            hold it alone, waiting
    keep.py run NAME --log FILE --signal SIGNAL [--user USER] -- COMMAND...
                                be the keeper; exit 3 at once when there is one, 4 when the service ended by itself
    keep.py settle NAME         after letting go: return when the service has stopped, or at once when others use it

Standard library only and Python 3.9: it runs before the environment exists.
"""

import argparse
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time

POLL_SECONDS = 0.2
STOP_SECONDS = 30
SETTLE_SECONDS = 40
HAS_KEEPER, SERVICE_ENDED = 3, 4
PR_SET_PDEATHSIG = 1


def try_lock(file, kind):
    """Take the lock without waiting; says whether it was free."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def end_with_parent(number):
    """Return what a child calls to be sent the signal when its keeper dies, or None where the kernel cannot do that."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    return lambda: library.prctl(PR_SET_PDEATHSIG, number)


def run(options):
    """Keep the service until the last user has gone. Returns the exit code."""
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    os.setsid()
    with open(f"{options.name}.users", "a") as users, open(f"{options.name}.keeper", "a") as keeper:
        if not try_lock(keeper, fcntl.LOCK_EX):
            return HAS_KEEPER
        # systemd clears old files out of /tmp, but not from a directory that is locked.
        directory = os.open(os.path.dirname(options.name), os.O_RDONLY)
        try_lock(directory, fcntl.LOCK_SH)
        stop = getattr(signal, f"SIG{options.signal}")
        identity = {"user": options.user, "group": options.user, "extra_groups": []} if options.user else {}
        with open(options.log, "wb") as log:
            service = subprocess.Popen(
                options.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                preexec_fn=end_with_parent(stop),
                **identity,
            )
        while service.poll() is None and not try_lock(users, fcntl.LOCK_EX):
            time.sleep(POLL_SECONDS)
        if service.poll() is not None:
            return SERVICE_ENDED
        service.send_signal(stop)
        try:
            service.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            service.kill()
            service.wait()
        # The keeper's lock goes first: nobody can become a user, and so miss a keeper, before the other one goes too.
        fcntl.flock(keeper, fcntl.LOCK_UN)
        return 0


def settle(name):
    """Wait for the keeper to finish, unless somebody else still uses the service."""
    with open(f"{name}.users", "a") as users, open(f"{name}.keeper", "a") as keeper:
        stopping = not try_lock(users, fcntl.LOCK_SH)
        if not stopping and not try_lock(users, fcntl.LOCK_EX):
            return
        fcntl.flock(users, fcntl.LOCK_UN)
        deadline = time.monotonic() + SETTLE_SECONDS
        while not try_lock(keeper, fcntl.LOCK_EX) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS / 4)


def main():
    """Read the command line and do the one thing it asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="action", required=True)
    for action in ("share", "claim", "queue"):
        commands.add_parser(action).add_argument("descriptor", type=int)
    commands.add_parser("settle").add_argument("name")
    keeper = commands.add_parser("run")
    keeper.add_argument("name")
    keeper.add_argument("--log", required=True)
    keeper.add_argument("--signal", required=True, choices=["INT", "TERM"])
    keeper.add_argument("--user")
    keeper.add_argument("command", nargs="+")
    options = parser.parse_args()
    if options.action == "run":
        return run(options)
    if options.action == "settle":
        settle(options.name)
        return 0
    if options.action == "claim":
        return 0 if try_lock(options.descriptor, fcntl.LOCK_EX) else 1
    fcntl.flock(options.descriptor, fcntl.LOCK_SH if options.action == "share" else fcntl.LOCK_EX)
    return 0


if __name__ == "__main__":
    sys.exit(main())
