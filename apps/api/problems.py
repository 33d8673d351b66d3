"""Errors as RFC 9457 problem details: what went wrong, which parameter, what is allowed instead."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.api.v1.cursors import Ended
from apps.picture.rules import InvalidSum
from apps.records.parameters import BadParameters

MEDIA_TYPE = "application/problem+json"


def problem(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception of a view; None leaves it to the server's own error page."""
    if isinstance(exception, BadParameters):
        return _answer(
            status.HTTP_400_BAD_REQUEST,
            str(exception),
            errors=[
                {"parameter": each.parameter, "detail": each.detail, "allowed": list(each.allowed)}
                for each in exception.refused
            ],
        )
    if isinstance(exception, InvalidSum):
        allowed = list(exception.allowed)
        return _answer(
            status.HTTP_400_BAD_REQUEST,
            f"{exception.parameter}: {exception}",
            rule=exception.rule.value,
            errors=[{"parameter": exception.parameter, "detail": str(exception), "allowed": allowed}],
        )
    if isinstance(exception, Ended):
        return _answer(status.HTTP_410_GONE, f"{exception} Start again from the lists.")
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    if not isinstance(exception, exceptions.APIException):
        return None
    set_rollback()
    headers = {}
    if getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = exception.auth_header  # type: ignore[attr-defined]
    wait = getattr(exception, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait))
    return _answer(exception.status_code, _sentence(exception.detail), headers)


def _answer(code: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "detail": detail, **more}
    return Response(body, status=code, headers=headers, content_type=MEDIA_TYPE)


def _sentence(detail: Any) -> str:
    if isinstance(detail, dict):
        return "; ".join(f"{name}: {_sentence(value)}" for name, value in detail.items())
    if isinstance(detail, list):
        return "; ".join(_sentence(value) for value in detail)
    return str(detail)
