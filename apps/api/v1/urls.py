"""Addresses of version 1."""

from django.urls import path

from apps.api.v1 import records

app_name = "v1"
urlpatterns = [
    path("incidents", records.IncidentList.as_view(), name="incidents"),
    path("incidents/<uuid:record_id>", records.IncidentDetail.as_view(), name="incident"),
    path("displacement", records.DisplacementList.as_view(), name="displacement"),
    path("displacement/<uuid:record_id>", records.DisplacementDetail.as_view(), name="displacement-detail"),
    path("access-constraints", records.ConstraintList.as_view(), name="access-constraints"),
    path("access-constraints/<uuid:record_id>", records.ConstraintDetail.as_view(), name="access-constraint"),
    path("asset-status", records.StatusList.as_view(), name="asset-statuses"),
    path("asset-status/<uuid:record_id>", records.StatusDetail.as_view(), name="asset-status"),
]
