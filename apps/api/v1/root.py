"""The front door of version 1: which resources there are."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.api.v1.base import ApiView

RESOURCES = (
    "incidents", "displacement", "access-constraints", "asset-statuses", "claims", "summary", "timeline", "changes",
    "crises", "assets", "areas", "places", "actors", "organisations", "vocabularies", "sources", "datasets",
    "documents",
)  # fmt: skip


@extend_schema(exclude=True)
class Root(ApiView):
    """The address of every resource by its name."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The list."""
        self.read(())
        listed = {name: reverse(f"v1:{name}", request=request) for name in RESOURCES}
        # Named as in its address.
        listed["asset-status"] = listed.pop("asset-statuses")
        return Response(listed)
