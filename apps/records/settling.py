"""Which figure is used, recomputed from claims and people's choices by set-based SQL; never stored by hand.

The rule, in order: the newest unrevoked choice of a person; the source most reliable for the metric's group; the more
credible statement; the later one. Claims stricter than their record are held: never used, in no sum, spread or count,
and they take the place of no claim that is not held. So is a range that weighs figures of a record that left the tree.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from apps.ledger.models import Revision
from apps.records.vocabularies import ClaimStatus

QUESTION = (
    'c.canonical_id, c.metric_id, c."group", c.sex, c.age_band, c.unit, '
    "c.scope, c.from_date, c.to_date, c.counts_from, c.as_of_date, c.round_id"
)

# A later running total of the same speaker, for the same people and area, takes the place of the earlier one.
SUPERSEDE_TOTALS = """
UPDATE {claims} c SET status = 'superseded', superseded_by_id = later.id, is_adopted = false
FROM {claims} later
WHERE c.canonical_id = ANY(%(ids)s) AND later.canonical_id = c.canonical_id
  AND c.status = 'current' AND later.status = 'current' AND c.id <> later.id
  AND c.scope = 'running_total' AND later.scope = 'running_total'
  AND later.attributed_to = c.attributed_to AND later.metric_id = c.metric_id AND later."group" = c."group"
  AND later.sex = c.sex AND later.age_band = c.age_band AND later.unit = c.unit
  AND later.area_id IS NOT DISTINCT FROM c.area_id
  AND later.as_of_date > c.as_of_date AND (c.is_held OR NOT later.is_held)
  AND NOT EXISTS (
    SELECT 1 FROM {claims} between_them
    WHERE between_them.canonical_id = c.canonical_id AND between_them.status = 'current'
      AND between_them.scope = 'running_total' AND between_them.attributed_to = c.attributed_to
      AND between_them.metric_id = c.metric_id AND between_them."group" = c."group"
      AND between_them.sex = c.sex AND between_them.age_band = c.age_band AND between_them.unit = c.unit
      AND between_them.area_id IS NOT DISTINCT FROM c.area_id
      AND between_them.as_of_date > later.as_of_date AND (c.is_held OR NOT between_them.is_held))
"""

# What took the place of a statement was taken back, is held now, tells of another record since a merge was taken back,
# or was corrected to say something else: the statement stands again.
RESTORE = """
UPDATE {claims} c SET status = 'current', superseded_by_id = NULL
FROM {claims} later
WHERE c.canonical_id = ANY(%(ids)s) AND c.status = 'superseded' AND later.id = c.superseded_by_id
  AND (later.status = 'retracted' OR later.is_held AND NOT c.is_held OR later.canonical_id <> c.canonical_id
    OR later.attributed_to <> c.attributed_to {or_no_later})
"""

# A later statement of the same speaker on the same asset takes the place of the earlier one.
SUPERSEDE_STATUSES = """
UPDATE {claims} c SET status = 'superseded', superseded_by_id = later.id, is_adopted = false
FROM (
  SELECT DISTINCT ON (canonical_id, attributed_to, is_held) id, canonical_id, attributed_to, is_held,
    coalesce(observed_at, published_at, created_at) AS moment
  FROM {claims} WHERE canonical_id = ANY(%(ids)s) AND status = 'current'
  ORDER BY canonical_id, attributed_to, is_held, coalesce(observed_at, published_at, created_at) DESC, id DESC
) later
WHERE c.canonical_id = later.canonical_id AND c.attributed_to = later.attributed_to
  AND c.id <> later.id AND c.status = 'current' AND (c.is_held OR NOT later.is_held)
  AND (coalesce(c.observed_at, c.published_at, c.created_at), c.id) < (later.moment, later.id)
"""

# A later total takes the place of an earlier one of the same people only.
OR_NO_LATER = """OR later.as_of_date <= c.as_of_date OR
    (later.scope, later.metric_id, later."group", later.sex, later.age_band, later.unit, coalesce(later.area_id, 0))
    <> (c.scope, c.metric_id, c."group", c.sex, c.age_band, c.unit, coalesce(c.area_id, 0))"""

RUNNING = """
SELECT EXISTS (SELECT 1 FROM {claims} WHERE canonical_id = ANY(%(ids)s) AND scope = 'running_total')
"""
ANY = "SELECT true"

# Stricter than the root of its tree is also what was never released where the root is public, and, of another crisis
# than the root, whatever is not for everybody: those who read the one crisis need not be those who read the other.
# A range that weighed what is told of another record by now was chosen for both together: it says nothing of this one.
HOLD = """
UPDATE {claims} c SET is_held = stricter.held, is_adopted = c.is_adopted AND NOT stricter.held
FROM (
  SELECT claim.id, greatest(claim.sensitivity, own.sensitivity) > root.sensitivity
    OR own.released_at IS NULL AND own.id <> root.id AND root.sensitivity = 0 AND root.released_at IS NOT NULL
    OR own.crisis_id IS DISTINCT FROM root.crisis_id
      AND (own.released_at IS NULL OR greatest(claim.sensitivity, own.sensitivity) > 0)
    OR EXISTS (
      SELECT 1 FROM {basis} rests JOIN {claims} weighed ON weighed.id = rests.{weighed}
      WHERE rests.{range} = claim.id AND weighed.canonical_id <> claim.canonical_id) AS held
  FROM {claims} claim
  JOIN {records} own ON own.id = claim.record_id
  JOIN {records} root ON root.id = claim.canonical_id
  WHERE claim.canonical_id = ANY(%(ids)s)
) stricter
WHERE c.id = stricter.id AND c.is_held <> stricter.held
"""

RANK = """
SELECT id, wins FROM (
  SELECT c.id, c.is_adopted, row_number() OVER (PARTITION BY {question} ORDER BY
      chosen.at DESC NULLS LAST, {before_trust} coalesce(particular.grade, general.grade, 'F'), c.credibility,
      c.published_at DESC NULLS LAST, c.id) = 1 AND c.status = 'current' AND NOT c.is_held AS wins
  FROM {claims} c
  {metric}
  LEFT JOIN LATERAL (
    SELECT d.at FROM {decisions} d JOIN {records} r ON r.id = d.record_id
    WHERE d.claim_id = c.id AND d.revoked_at IS NULL AND r.canonical_id = c.canonical_id AND d.question = {asked}
    ORDER BY d.at DESC LIMIT 1
  ) chosen ON true
  LEFT JOIN sources_sourcereliability particular
    ON particular.source_id = c.source_id AND particular.metric_group = {group}
  LEFT JOIN sources_sourcereliability general ON general.source_id = c.source_id AND general.metric_group = ''
  WHERE c.canonical_id = ANY(%(ids)s) AND c.status = 'current' AND NOT c.is_held
) ranked
WHERE wins <> is_adopted
"""
# Losers first: the unique index on the figure used is checked row by row.
UNUSE = "UPDATE {claims} SET is_adopted = false WHERE id = ANY(%(losers)s)"
USE = "UPDATE {claims} SET is_adopted = true WHERE id = ANY(%(winners)s)"


def settle(*, record: Any, claim: Any, decision: Any, canonical_ids: Collection[UUID]) -> None:
    """Supersede, hold and decide for these canonical records. Every action that touches claims ends with it.

    Needs an open revision. Writes only rows whose answer changes.
    """
    if not canonical_ids:
        return
    columns = {field.name for field in claim._meta.fields}
    has_figures = "metric" in columns
    rests = claim._meta.get_field("basis")
    names = {
        "claims": f'"{claim._meta.db_table}"',
        "records": f'"{record._meta.db_table}"',
        "decisions": f'"{decision._meta.db_table}"',
        "basis": f'"{rests.remote_field.through._meta.db_table}"',
        "range": rests.m2m_column_name(),
        "weighed": rests.m2m_reverse_name(),
        "question": QUESTION if has_figures else "c.canonical_id",
        # A choice was made among the answers to one question: of a claim corrected to answer another, it says nothing.
        "asked": f"records_question({QUESTION.partition(', ')[2]})" if has_figures else "''",
        # Whether a road is open changes by the hour: the latest look wins before the better name.
        "before_trust": "" if has_figures else "coalesce(c.observed_at, c.published_at, c.created_at) DESC,",
        "or_no_later": OR_NO_LATER if has_figures else "",
        "metric": "JOIN records_metric m ON m.code = c.metric_id" if has_figures else "",
        "group": 'm."group"' if has_figures else "'access'",
    }
    supersede = SUPERSEDE_TOTALS if has_figures else SUPERSEDE_STATUSES
    ids: dict[str, list[UUID]] = {"ids": list(canonical_ids)}
    with connection.cursor() as cursor:
        cursor.execute(HOLD.format(**names), ids)
        cursor.execute(RESTORE.format(**names), ids)
        # Most records carry no running total; asking first spares bulk loads a self-join without statistics.
        cursor.execute((RUNNING if has_figures else ANY).format(**names), ids)
        if cursor.fetchone()[0]:
            cursor.execute(supersede.format(**names), ids)
        cursor.execute(RANK.format(**names), ids)
        ranked = cursor.fetchall()
        cursor.execute(UNUSE.format(**names), {"losers": [pk for pk, wins in ranked if not wins]})
        cursor.execute(USE.format(**names), {"winners": [pk for pk, wins in ranked if wins]})


ASKED = (
    "metric_id", "group", "sex", "age_band", "unit", "scope", "from_date", "to_date", "counts_from", "as_of_date",
    "round_id",
)  # fmt: skip


def question_text(claim: Any) -> str:
    """What a figure answers on its record, as the database's records_question writes it; empty for a statement."""
    if not hasattr(claim, "metric_id"):
        return ""
    return "|".join("" if (value := getattr(claim, name)) is None else str(value) for name in ASKED)


def question_of(claim: Any) -> tuple[Any, ...]:
    """What a claim answers. A merged record's claims answer for the record it was merged into."""
    return (claim.canonical_id, *(getattr(claim, name, None) for name in ASKED))


def use_undisputed(claims: Sequence[Any]) -> None:
    """Mark the only answer to its question as used before it is stored, which spares a bulk load an update each.

    Settling comes to the same and corrects the rest (held claims, rivals).
    """
    first: dict[tuple[Any, ...], Any] = {}
    for claim in claims:
        rival = first.setdefault(question_of(claim), claim)
        claim.is_adopted = rival is claim
        if rival is not claim:
            rival.is_adopted = False


def taken_back(claims: Iterable[Any]) -> set[UUID]:
    """Those of these claims that a person took back: they stay so until their source says something else."""
    retracted = {claim.pk: claim.rev for claim in claims if claim.status == ClaimStatus.RETRACTED}
    if not retracted:
        return set()
    by_people = set(Revision.objects.filter(pk__in=retracted.values()).exclude(by=None).values_list("pk", flat=True))
    return {pk for pk, rev in retracted.items() if rev in by_people}
