"""Routes of the whole site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("account/", include("apps.accounts.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("queue/", include("apps.triage.urls")),
    path("", include("apps.api.urls")),
    path("", include("apps.crises.urls")),
    path("", include("apps.dashboard.urls")),
]
