"""What the queue's pages call things: lists, acts, standings."""

from django.utils.translation import gettext_lazy as _

from apps.triage import tabs

TABS = {
    tabs.REVIEW: _("To review"),
    tabs.DIFFER: _("Figures differ"),
    tabs.DUPLICATES: _("Suspected duplicates"),
    tabs.DISPUTED: _("Disputed"),
    tabs.HELD: _("Held back"),
    tabs.RELEASE: _("Waiting for release"),
    tabs.STALE: _("Out of date"),
    tabs.QUARANTINE: _("Set aside"),
}
ABOUT = {
    tabs.REVIEW: _("What came in and nobody has settled. Sources trusted to publish are not listed."),
    tabs.DIFFER: _("Somebody says otherwise than the figure used, and nobody has chosen since."),
    tabs.DUPLICATES: _("Two records that may tell of one thing. Until it is settled they widen every total."),
    tabs.DISPUTED: _("Records that somebody disputes. They stay public, marked."),
    tabs.HELD: _("Reported figures stricter than their record: used nowhere, shown to the cleared alone."),
    tabs.RELEASE: _("Reviewed and public, but not yet released: the public does not read them."),
    tabs.STALE: _("Nobody has said or confirmed these for too long to rely on them."),
    tabs.QUARANTINE: _("Items of sources that could not be taken in, with the reason."),
}
EMPTY = {
    tabs.REVIEW: _("Nothing waits for review."),
    tabs.DIFFER: _("No reported figures differ without somebody having chosen."),
    tabs.DUPLICATES: _("No two records are suspected to be the same."),
    tabs.DISPUTED: _("No record is disputed."),
    tabs.HELD: _("No reported figure is held back."),
    tabs.RELEASE: _("Nothing waits for release."),
    tabs.STALE: _("Nothing is out of date."),
    tabs.QUARANTINE: _("No item is set aside."),
}
ORDERS = {
    "newest": _("newest first"),
    "oldest": _("longest waiting first"),
    "harm": _("most people hurt first"),
    "score": _("most alike first"),
}
KINDS = {
    "incident": _("incident"),
    "displacement": _("displacement"),
    "access_constraint": _("access constraint"),
    "asset_status": _("status of infrastructure"),
}
VERIFICATION = {
    "unverified": _("not yet reviewed"),
    "under_review": _("under review"),
    "verified": _("verified"),
    "disputed": _("disputed"),
    "unverifiable": _("cannot be verified"),
    "rejected": _("rejected"),
}
SENSITIVITY = {
    "public": _("public"),
    "partners": _("partners only"),
    "restricted": _("restricted"),
    "confidential": _("confidential"),
}
STATUS = {
    "open": _("open"),
    "restricted": _("restricted"),
    "closed": _("closed"),
    "destroyed": _("destroyed"),
    "abandoned": _("abandoned"),
    "unknown": _("not known"),
}

# What an act is called on its button, and what is said once it is done.
ACTS = {
    "verify": _("Verify"),
    "under_review": _("Mark as under review"),
    "dispute": _("Dispute"),
    "unverifiable": _("Cannot be verified"),
    "reject": _("Reject"),
    "release": _("Release to the public"),
    "unrelease": _("Take back from the public"),
    "restrict": _("Who may read it"),
    "confirm": _("Still true"),
    "remove": _("Remove"),
    "choose": _("Use this figure"),
    "range": _("Give a range"),
    "revoke": _("Take the choice back"),
    "retract": _("Retract this figure"),
    "merge": _("Merge"),
    "unmerge": _("Take apart again"),
    "distinct": _("Not the same"),
}
DONE = {
    "verify": _("Marked as verified."),
    "under_review": _("Marked as under review."),
    "dispute": _("Marked as disputed."),
    "unverifiable": _("Marked as impossible to verify."),
    "reject": _("Rejected: nobody reads it any more."),
    "release": _("Released to the public."),
    "unrelease": _("Taken back from the public."),
    "restrict": _("Who may read it has been changed."),
    "confirm": _("Confirmed as still true."),
    "remove": _("Removed. Nothing is destroyed."),
    "choose": _("The figure used has been chosen."),
    "range": _("The range is the figure used now."),
    "revoke": _("The choice was taken back: the rule decides again."),
    "retract": _("Retracted: it is used nowhere any more."),
    "merge": _("Merged. Its figures now stand beside the other's."),
    "unmerge": _("Taken apart: both stand for themselves again."),
    "distinct": _("Marked as two different things."),
}
