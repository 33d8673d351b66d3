"""Addresses of the review queue."""

from django.urls import path

from apps.triage.views import more, queue, workbench

app_name = "triage"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("bulk/", queue.bulk, name="bulk"),
    path("undo/", more.undo, name="undo"),
    path("items/<uuid:pk>/", more.item, name="item"),
    path("<slug:kind>/<uuid:pk>/", workbench.workbench, name="workbench"),
    path("<slug:kind>/<uuid:pk>/act/", workbench.act, name="act"),
]
