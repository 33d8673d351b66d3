"""What every endpoint shares: reading what is asked, who asks, in which language; how answers may be kept."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.negotiation import Negotiation
from apps.api.renderers import JsonRenderer
from apps.crises.clearance import Clearance
from apps.ledger.queries import latest_revision, revision_at
from apps.records import parameters
from apps.records.filters import Asked
from apps.records.names import Names
from apps.records.parameters import BadParameter, BadParameters, Parameter
from apps.records.visibility import clearance_of

LONGEST = 20_000
PUBLIC_SECONDS = 30

FORMAT = Parameter("format", "json or geojson; wins over Accept.", str, {"type": "string", "enum": ["json", "geojson"]})
JSON_ONLY = Parameter("format", "json.", str, {"type": "string", "enum": ["json"]})
LANG = Parameter("lang", "Language of names and labels, English where there is none.", parameters.language,
                 {"type": "string", "example": "ar"})  # fmt: skip
KNOWN_AT = Parameter(
    "known_at",
    "What was known at a moment, or at the token that an earlier answer carried.",
    parameters.known_time,
    {"type": "string", "example": "2024-12-01T00:00:00Z"},
)


class ApiView(APIView):
    """Reads the address strictly, and answers so that nobody keeps what is not for everybody."""

    content_negotiation_class = Negotiation
    renderer_classes = [JsonRenderer]
    formats: ClassVar[tuple[Parameter, ...]] = (JSON_ONLY, LANG)
    request: Request

    @cached_property
    def held(self) -> Clearance:
        """What the caller may read, looked up once a request."""
        return clearance_of(self.request.user)

    def read(self, known: Iterable[Parameter]) -> dict[str, Any]:
        """The values of the parameters given.

        Raises:
            BadParameters: unknown names, repeated ones, texts that are no text, values that cannot be meant.
        """
        return parameters.read_all([*self.formats, *known], texts_of(self.request))

    def ask(self, values: dict[str, Any], **more: Any) -> Asked:
        """What is asked, by whom, in which language, at which revision."""
        language = values.get("lang") or (get_language() or "en").split("-")[0]
        return Asked(
            held=self.held, names=Names(language), values=values, revision=revision_of(values.get("known_at")), **more
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Say who may keep the answer, and what is left of the caller's budget."""
        final: Any = super().finalize_response(request, response, *args, **kwargs)
        user = getattr(request, "_user", None)
        is_public = final.status_code == 200 and not getattr(user, "is_authenticated", False)
        # A cookie or a key that was not recognised is no reason to share: only clean answers are public.
        is_public = is_public and "HTTP_AUTHORIZATION" not in request.META
        final["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}" if is_public else "private, no-store"
        patch_vary_headers(final, ("Accept", "Accept-Language", "Authorization", "Cookie"))
        window = request.META.get("opensitrep.throttle")
        for name, value in (window.headers() if window else {}).items():
            final[name] = value
        return final  # type: ignore[no-any-return]


def texts_of(request: Request | HttpRequest) -> dict[str, str]:
    """Each parameter's text, given once.

    Raises:
        BadParameters: repeated, too long, or not text.
    """
    found: dict[str, str] = {}
    refused = []
    for name, texts in request.GET.lists():
        shown = name[:60].replace("\x00", "\ufffd")
        if len(texts) > 1:
            refused.append(BadParameter(shown, "Give it once, with commas between values."))
        elif any(bad in name or bad in texts[0] for bad in ("\x00", "\ufffd")):
            refused.append(BadParameter(shown, "It is not text in UTF-8."))
        elif len(texts[0]) > LONGEST:
            refused.append(BadParameter(shown, "It is too long."))
        else:
            found[name] = texts[0]
    if refused:
        raise BadParameters(*refused)
    return found


def revision_of(known_at: Any) -> int | None:
    """The revision meant by a token or a moment; what lies ahead means now. None where nothing was asked."""
    if known_at is None:
        return None
    if isinstance(known_at, int):
        return min(known_at, latest_revision())
    return revision_at(known_at)


def answer(body: Any) -> Response:
    """A 200."""
    return Response(body)
