"""Pages."""

from django.urls import path

from apps.dashboard.views import map as map_views
from apps.dashboard.views import situation as situation_views

app_name = "dashboard"
urlpatterns = [
    path("", map_views.situation_map, name="map"),
    path("crises/<slug:slug>/", situation_views.situation, name="situation"),
]
