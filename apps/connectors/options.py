"""What an installation says of a source: its datasets, its crisis, what to ask for, and with which credentials."""

from collections.abc import Collection
from typing import TypedDict

from django.conf import settings

from apps.core.payloads import Malformed
from apps.crises.models import Crisis
from apps.records.drafts import Tally
from apps.sources.models import Dataset, Source
from apps.sources.registry import NotConfigured, Stored

# Below this many standing rows a source may well drop most of them at once.
FEW = 20


class Validators(TypedDict):
    """What a conditional request sends."""

    etag: str
    last_modified: str


def credential(name: str, variable: str) -> str:
    """A credential of the installation. Raises NotConfigured, naming the environment variable to set."""
    value = str(settings.CREDENTIALS.get(name, ""))
    if not value:
        raise NotConfigured(f"Set {variable}; the source answers nobody without it.")
    return value


def chosen(source: Source, name: str, default: str = "") -> str:
    """One option of the source, as text."""
    value = source.options.get(name, default)
    return str(value) if isinstance(value, (str, int, float)) else default


def listed(source: Source, name: str) -> list[str]:
    """One option of the source that is a list of texts."""
    value = source.options.get(name, [])
    return [str(one) for one in value] if isinstance(value, list) else []


def named(source: Source, name: str) -> dict[str, str]:
    """One option of the source that gives texts under names."""
    value = source.options.get(name, {})
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, dict) else {}


def dataset_of(source: Source, upstream_name: str) -> Dataset:
    """The series of the source that goes by this name upstream. Raises NotConfigured: there is none."""
    found: Dataset | None = source.datasets.filter(upstream_name=upstream_name, is_active=True).first()
    if found is None:
        raise NotConfigured(f"The source has no dataset whose name upstream is {upstream_name!r}.")
    return found


def crisis_of(source: Source) -> Crisis | None:
    """The crisis that the source's records belong to, if its options name one. Raises NotConfigured: unknown."""
    slug = chosen(source, "crisis")
    if not slug:
        return None
    found: Crisis | None = Crisis.objects.filter(slug=slug).first()
    if found is None:
        raise NotConfigured(f"There is no crisis named {slug!r}.")
    return found


def validators(source: Source, name: str) -> Validators:
    """What the last readable answer of this name said of its own version."""
    known = source.conditional.get(name, {})
    return {"etag": known.get("etag", ""), "last_modified": known.get("last_modified", "")}


def stored(tally: Tally) -> Stored:
    """The tally of records as the refresh counts it."""
    return Stored(tally.created, tally.updated, tally.unchanged, tally.withdrawn, tally.rejects)


def missing(standing: Collection[str], kept: Collection[str]) -> list[str]:
    """The ids that a complete answer no longer holds.

    Raises Malformed when that would be more than half of many: such an answer is rather cut short than right.
    """
    gone = sorted(set(standing) - set(kept))
    if len(standing) >= FEW and len(gone) > len(standing) / 2:
        raise Malformed(f"The answer lacks {len(gone)} of {len(standing)} rows that stood; they were left standing.")
    return gone
