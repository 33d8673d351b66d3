"""How answers are written: JSON at speed, and GeoJSON from the same rows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


class JsonRenderer(BaseRenderer):
    """Compact UTF-8 JSON; moments in UTC with Z."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The bytes of an answer; none for an empty one."""
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


class GeoJsonRenderer(JsonRenderer):
    """RFC 7946. Views hand over the collection; errors are written as problems all the same."""

    media_type = "application/geo+json"
    format = "geojson"
