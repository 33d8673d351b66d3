"""API keys: shown once, kept as a hash, ended at once, their use noted by the hour."""

from datetime import timedelta

import pytest

from apps.accounts import actions
from apps.accounts.models import ApiKey, AuditEntry

pytestmark = pytest.mark.django_db


def test_a_key_is_kept_only_as_a_hash(cast, now):
    row, key = actions.issue_key(user=cast.pavel, name="sync", scope="read", now=now)
    stored = " ".join(str(value) for value in ApiKey.objects.values_list().get())
    assert key not in stored
    assert row.secret_hash == ApiKey.digest(key)
    assert AuditEntry.objects.get().verb == "api_key.issued"


def test_a_key_expires_and_can_be_revoked(cast, now):
    row, _ = actions.issue_key(user=cast.pavel, name="sync", scope="read", now=now, days=30)
    assert row.is_valid_at(now)
    assert not row.is_valid_at(now + timedelta(days=31))
    actions.revoke_key(key=row, by=cast.cora, now=now)
    row.refresh_from_db()
    assert not row.is_valid_at(now)


def test_use_is_noted_once_an_hour(cast, now):
    row, _ = actions.issue_key(user=cast.pavel, name="sync", scope="read", now=now)
    for minutes, noted in ((0, 0), (30, 0), (61, 61)):
        actions.note_use(key=row, now=now + timedelta(minutes=minutes))
        row.refresh_from_db()
        assert row.last_used_at == now + timedelta(minutes=noted)
