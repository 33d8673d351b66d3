"""The situation map."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from apps.core.texts import catalogue
from apps.crises.clearance import clearance
from apps.crises.models import Crisis


@require_safe
def situation_map(request: HttpRequest) -> HttpResponse:
    """The map of one crisis, `?crisis=<slug>`; without it of settings.DEFAULT_CRISIS or the first active one."""
    language = get_language() or settings.LANGUAGE_CODE
    crises = list(Crisis.objects.visible_to(request.user))
    asked = request.GET.get("crisis") or settings.DEFAULT_CRISIS
    first = next((crisis for crisis in crises if crisis.status == Crisis.Status.ACTIVE), crises[0] if crises else None)
    selected = next((crisis for crisis in crises if crisis.slug == asked), first)
    reviewed = clearance(request.user).reviews
    page = {
        "api": "/api/v1/",
        "crises": [crisis_as_json(crisis, language) for crisis in crises],
        "crisis": selected.slug if selected else "",
        "reviews": [crisis.slug for crisis in crises if crisis.pk in reviewed],
        "files": {
            **{name: static(f"map/{name}.json") for name in ("land", "boundaries", "labels")},
            "squares": f"{settings.STATIC_URL}map/land/",
        },
    }
    context = {"page": page, "crises": page["crises"], "selected": selected, "catalogue": catalogue(language)}
    return render(request, "dashboard/map.html", context)


def crisis_as_json(crisis: Crisis, language: str) -> dict[str, Any]:
    """What the page needs of a crisis. Days are "" where the crisis has no end: until now."""
    view = crisis.default_view
    return {
        "slug": crisis.slug,
        "name": crisis.name(language),
        "bbox": view.get("bbox"),
        "since": view.get("since", ""),
        "until": view.get("until", ""),
        "time_zone": crisis.time_zone,
        "countries": crisis.countries,
        "map_notes": crisis.map_notes,
    }
