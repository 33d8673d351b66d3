"""Ask a web address until it answers: `answers.py URL [--seconds N] [--pid PID]`. Exits 0 once it does, else 1.

An answer is any status below 400. The Host header is the first of ALLOWED_HOSTS, because that is what the site answers
to. With --pid it gives up as soon as that process is gone. Standard library only.
"""

import argparse
import os
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: behind TLS the plain port sends everybody there."""

    def redirect_request(self, *_args):
        """Follow nothing."""


def host_header(url):
    """Return a host the site accepts; wildcards cannot be sent, so then it is the address's own."""
    allowed = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return allowed if allowed and allowed != "*" else urlsplit(url).netloc


def answers(url):
    """Say whether the address gives a status below 400 within five seconds."""
    # No proxy: the address is this machine's own.
    opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"Host": host_header(url)})  # noqa: S310  # the scripts' own address
    try:
        with opener.open(request, timeout=5) as response:
            return response.status < 400
    except urllib.error.HTTPError as error:
        return error.code < 400
    except OSError:
        return False


def lives(pid):
    """Say whether the process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main():
    """Read the command line and poll."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--pid", type=int)
    options = parser.parse_args()
    deadline = time.monotonic() + options.seconds
    while not answers(options.url):
        if time.monotonic() >= deadline or (options.pid and not lives(options.pid)):
            return 1
        time.sleep(0.2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
