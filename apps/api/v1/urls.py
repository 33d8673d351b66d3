"""Addresses of version 1."""

from django.urls import path

from apps.api.v1 import assets, changes, claims, crises, history, places, provenance, records, registry, root, summary

app_name = "v1"
urlpatterns = [
    path("", root.Root.as_view(), name="root"),
    # records
    path("incidents", records.IncidentList.as_view(), name="incidents"),
    path("incidents/<uuid:record_id>", records.IncidentDetail.as_view(), name="incident"),
    path("incidents/<uuid:record_id>/history", history.INCIDENT.as_view(), name="incident-history"),
    path("displacement", records.DisplacementList.as_view(), name="displacement"),
    path("displacement/<uuid:record_id>", records.DisplacementDetail.as_view(), name="displacement-detail"),
    path("displacement/<uuid:record_id>/history", history.MOVED.as_view(), name="displacement-detail-history"),
    path("access-constraints", records.ConstraintList.as_view(), name="access-constraints"),
    path("access-constraints/<uuid:record_id>", records.ConstraintDetail.as_view(), name="access-constraint"),
    path("access-constraints/<uuid:record_id>/history", history.CONSTRAINT.as_view(), name="access-constraint-history"),
    path("asset-status", records.StatusList.as_view(), name="asset-statuses"),
    path("asset-status/<uuid:record_id>", records.StatusDetail.as_view(), name="asset-status"),
    path("asset-status/<uuid:record_id>/history", history.STATUS.as_view(), name="asset-status-history"),
    path("claims", claims.ClaimList.as_view(), name="claims"),
    path("claims/<uuid:claim_id>", claims.ClaimDetail.as_view(), name="claim"),
    # across records
    path("summary", summary.SummaryView.as_view(), name="summary"),
    path("changes", changes.ChangeFeed.as_view(), name="changes"),
    path("timeline", summary.TimelineView.as_view(), name="timeline"),
    # what records refer to
    path("crises", crises.CrisisList.as_view(), name="crises"),
    path("crises/<slug:slug>", crises.CrisisDetail.as_view(), name="crisis"),
    path("assets", assets.AssetList.as_view(), name="assets"),
    path("assets/<uuid:asset_id>", assets.AssetDetail.as_view(), name="asset"),
    path("areas", places.AreaList.as_view(), name="areas"),
    path("areas/<str:code>", places.AreaDetail.as_view(), name="area"),
    path("places", places.PlaceList.as_view(), name="places"),
    path("places/<int:place_id>", places.PlaceDetail.as_view(), name="place"),
    path("actors", registry.ActorList.as_view(), name="actors"),
    path("actors/<uuid:actor_id>", registry.ActorDetail.as_view(), name="actor"),
    path("organisations", registry.OrganisationList.as_view(), name="organisations"),
    path("organisations/<uuid:organisation_id>", registry.OrganisationDetail.as_view(), name="organisation"),
    path("vocabularies", registry.VocabularyList.as_view(), name="vocabularies"),
    path("vocabularies/<slug:name>", registry.VocabularyDetail.as_view(), name="vocabulary"),
    # where it comes from
    path("sources", provenance.SourceList.as_view(), name="sources"),
    path("sources/<slug:slug>", provenance.SourceDetail.as_view(), name="source"),
    path("datasets", provenance.DatasetList.as_view(), name="datasets"),
    path("datasets/<slug:slug>", provenance.DatasetDetail.as_view(), name="dataset"),
    path("documents", provenance.DocumentList.as_view(), name="documents"),
    path("documents/<uuid:document_id>", provenance.DocumentDetail.as_view(), name="document"),
]
