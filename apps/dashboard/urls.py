"""Pages."""

from django.urls import path

from apps.dashboard.views import map as map_views
from apps.dashboard.views import record as record_views
from apps.dashboard.views import report as report_views
from apps.dashboard.views import situation as situation_views

app_name = "dashboard"
urlpatterns = [
    path("", map_views.situation_map, name="map"),
    path("crises/<slug:slug>/", situation_views.situation, name="situation"),
    path("report/", report_views.report, name="report"),
    path("report/sent/<slug:kind>/<uuid:report_id>/", report_views.sent, name="report-sent"),
    path("<slug:code>/<uuid:record_id>/", record_views.record, name="record"),
    path("<slug:code>/<uuid:record_id>/undo/", record_views.undo_change, name="record-undo"),
]
