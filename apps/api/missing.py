"""Addresses under /api/ that lead nowhere: a problem, like every other error of the API."""

from typing import Any, NoReturn

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from apps.api.v1.base import ApiView


@extend_schema(exclude=True)
class Missing(ApiView):
    """Answers 404 to everything."""

    def get(self, request: Request, rest: str = "") -> NoReturn:
        """404."""
        raise NotFound("There is no such address in this API. /api/docs/ lists what there is.")

    def head(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """404."""
        raise NotFound
