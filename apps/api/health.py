"""Whether the process runs, and whether it can serve: for supervisors and load balancers."""

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated; without Redis the service is degraded, not away."""
    parts = {"database": _database(), "redis": _redis()}
    is_ready = parts["database"] == "ok"
    body = {"status": "ok" if set(parts.values()) == {"ok"} else "degraded" if is_ready else "unavailable", **parts}
    return JsonResponse(body, status=200 if is_ready else 503)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        return "not migrated" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"
    except DatabaseError:
        return "unreachable"


def _redis() -> str:
    try:
        caches["throttle"].set("readyz", 1, timeout=5)
    except (ConnectionInterrupted, RedisError, OSError):
        return "unreachable"
    return "ok"
