"""Settings that make tests quick and let them stand alone."""

from pathlib import Path
from typing import Any

from django.conf import settings


def quick_settings(static_root: Path) -> dict[str, Any]:
    """Caches in memory, so that no Redis is needed; cheap password hashes.

    Static files under their plain names: pages render without a collectstatic.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "STORAGES": {**settings.STORAGES, "staticfiles": plain},
        "STATIC_ROOT": static_root,
        "WHITENOISE_AUTOREFRESH": True,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "CACHES": {
            alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": alias}
            for alias in ("default", "throttle")
        },
    }
