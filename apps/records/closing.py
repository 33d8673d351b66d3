"""How far a record travels when its source says something else of it: never further than before."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.levels import Sensitivity
from apps.crises.queries import Rule, Rules
from apps.records.drafts import RecordDraft
from apps.records.kinds import Kind
from apps.records.vocabularies import RELEASE_ORDER

CATEGORIES = ("type", "measure", "category", "subcategory")


def rule_of(kind: Kind, fields: Mapping[str, Any], rules: Rules) -> Rule:
    """What the protocol says of a record with these columns, given as `vars` of a row has them."""
    more = kind.words(fields) if kind.words is not None else ()
    return rules.of(kind.code, *more, *(str(fields.get(name, "")) for name in CATEGORIES))


def coarser(one: str, other: str) -> str:
    """The coarser of two location releases."""
    return max(one, other, key=RELEASE_ORDER.__getitem__)


def closed(kind: Kind, row: Any, draft: RecordDraft, rules: Rules, *, stays_inside: bool) -> tuple[int, str]:
    """Sensitivity and location release of a record under a correction.

    People may have opened the record, so the protocol counts again only where the correction makes it another kind of
    thing: shelling that turns out to be an abduction. Nothing upstream ever opens one.
    """
    said = Rule(draft.sensitivity or Sensitivity.PUBLIC, draft.location_release or row.location_release)
    before = rule_of(kind, vars(row), rules)
    after = rule_of(kind, draft.fields, rules)
    sensitivity, release = max(row.sensitivity, said.sensitivity), coarser(row.location_release, said.location_release)
    if after != before:
        sensitivity, release = max(sensitivity, after.sensitivity), coarser(release, after.location_release)
    if stays_inside:
        sensitivity = max(sensitivity, Sensitivity.RESTRICTED)
    return sensitivity, release
