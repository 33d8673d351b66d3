"""Addresses of the API, its schema, its page, and the health of the process."""

from django.urls import include, path, re_path

from apps.api import documentation, health
from apps.api.missing import Missing

urlpatterns = [
    path("api/v1/", include("apps.api.v1.urls")),
    path("api/schema/", documentation.schema, name="schema"),
    path("api/docs/", documentation.page, name="api-docs"),
    re_path(r"^api/(?P<rest>.*)$", Missing.as_view()),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
