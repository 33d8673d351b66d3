"""Staff of the admin, and one row of everything."""

import pytest

from apps.accounts.models import ApiKey, User


@pytest.fixture
def staff(client, cast):
    """Sign somebody of the cast in as staff with every right on tables, and return the browser."""

    def sign_in(user: User):
        User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
        user.refresh_from_db()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def key(cast, now) -> ApiKey:
    """A partner's key."""
    return ApiKey.objects.create(
        user=cast.pavel, name="Partner", prefix="osr_12345678", secret_hash="0" * 64, scopes=["read"], created_at=now
    )
