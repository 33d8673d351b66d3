"""Which format an answer has: `format=` wins over Accept."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.records.parameters import BadParameter, BadParameters


class Negotiation(DefaultContentNegotiation):
    """As usual, but an unknown `format=` is a bad parameter, not a missing page."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer and its media type."""
        asked = request.query_params.get("format")
        renderers = list(renderers)
        known = [str(renderer.format) for renderer in renderers]
        if asked is not None and asked not in known:
            raise BadParameters(BadParameter("format", f"{asked[:60]!r} is no format of this answer.", tuple(known)))
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen
