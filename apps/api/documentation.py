"""The schema of the API, and the page that shows it."""

from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

MEDIA_TYPE = "application/vnd.oai.openapi+json"


@lru_cache(maxsize=1)
def schema_bytes() -> bytes:
    """OpenAPI 3.1 as JSON; the same for everybody, so made once."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    return orjson.dumps(generator.get_schema(request=None, public=True))


@require_safe
@cache_control(public=True, max_age=300)
def schema(request: HttpRequest) -> HttpResponse:
    """The schema."""
    return HttpResponse(schema_bytes(), content_type=MEDIA_TYPE)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The schema as a page where requests can be tried."""
    return render(request, "api/docs.html")
