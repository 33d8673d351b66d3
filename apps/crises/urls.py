"""Members, invitations, keys and the audit trail."""

from django.urls import path

from apps.crises.views import joining, keys, members, trail

app_name = "crises"
urlpatterns = [
    # /crises/<slug>/, for its coordinators
    path("crises/<slug:slug>/members/", members.members, name="members"),
    path("crises/<slug:slug>/members/<int:membership_id>/", members.change, name="change-member"),
    path("crises/<slug:slug>/members/organisations/", members.add_organisation, name="add-organisation"),
    path("crises/<slug:slug>/invitations/", members.invite, name="invite"),
    path("crises/<slug:slug>/invitations/<uuid:invitation_id>/", members.revoke_invitation, name="revoke-invitation"),
    path("crises/<slug:slug>/keys/", keys.of_crisis, name="crisis-keys"),
    path("crises/<slug:slug>/keys/<uuid:key_id>/", keys.revoke_in, name="revoke-crisis-key"),
    path("crises/<slug:slug>/audit/", trail.trail, name="audit"),
    # for its members
    path("crises/<slug:slug>/protocol/", joining.protocol, name="protocol"),
    # for whoever holds the link
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    # one's own
    path("account/keys/", keys.own, name="keys"),
    path("account/keys/<uuid:key_id>/", keys.revoke_own, name="revoke-key"),
]
