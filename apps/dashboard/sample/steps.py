"""Running the steps of the sample once each, in order; a load that was cut off goes on where it stopped."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.utils import timezone

from apps.accounts.actions import audit
from apps.accounts.models import AuditEntry

VERB, SUBJECT = "sample.loaded", "sample_step"


@dataclass(frozen=True)
class Step:
    """One part of the sample. `run` takes the moment at which it becomes known, and says in a few words what it did.

    A step is idempotent: it is run again when it was cut off, or when one of its files (under the sample) has changed.
    """

    name: str
    known_at: datetime
    run: Callable[[datetime], str]
    files: tuple[str, ...]

    def fingerprint(self) -> str:
        """SHA-256 of the step's files and its moment."""
        digest = hashlib.sha256(self.known_at.isoformat().encode())
        for path in self.paths():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def paths(self) -> Iterator[Path]:
        """Its files; a folder stands for everything in it.

        Raises FileNotFoundError: a name that stands for nothing.
        """
        for name in self.files:
            path = Path(settings.SAMPLE_DIR) / name
            if path.is_dir():
                yield from sorted(one for one in path.iterdir() if one.is_file())
            elif path.is_file():
                yield path
            else:
                raise FileNotFoundError(path)


def run_missing(steps: Sequence[Step], *, tell: Callable[[str], object]) -> int:
    """Run the steps that are not done yet, and remember each; return how many were run."""
    done = _done()
    missing = [(step, mark) for step in steps if done.get(step.name) != (mark := step.fingerprint())]
    for step, mark in missing:
        began = perf_counter()
        outcome = step.run(step.known_at)
        audit(verb=VERB, subject_kind=SUBJECT, subject_id=step.name, by=None, now=timezone.now(), fingerprint=mark)
        tell(f"{step.name}: {outcome} ({perf_counter() - began:.1f} s)")
    return len(missing)


def _done() -> dict[str, str]:
    """The fingerprint under which each step was last finished."""
    entries = AuditEntry.objects.filter(verb=VERB, subject_kind=SUBJECT).order_by("id")
    return {name: str(detail.get("fingerprint")) for name, detail in entries.values_list("subject_id", "detail")}
