"""Reasons people give for an act: common ones to choose from, and the last ones of this person."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

COMMON: dict[str, tuple[Any, ...]] = {
    "verify": (
        _("Two independent sources say the same."),
        _("Our colleagues saw it."),
        _("An official statement describes it."),
    ),
    "under_review": (_("Asked the reporter for more."), _("Waiting for a second source.")),
    "dispute": (_("Another source says otherwise."), _("The place does not fit."), _("The day does not fit.")),
    "unverifiable": (_("Nobody is left to ask."), _("The area cannot be reached."), _("One source, not named.")),
    "reject": (_("It did not happen as described."), _("A test, or sent by mistake.")),
    "release": (_("Reviewed, nobody is put at risk."), _("Published by the source itself.")),
    "unrelease": (_("It may put somebody at risk."), _("Released by mistake.")),
    "restrict": (_("It may put somebody at risk."), _("The reporter asked for it.")),
    "confirm": (_("Asked again, still so."), _("Seen again today.")),
    "remove": (_("Reported twice."), _("A test, or sent by mistake.")),
    "choose": (
        _("The more reliable source."),
        _("The later count."),
        _("Closest to the place."),
        _("Confirms the figure used by rule."),
    ),
    "range": (_("Both counts are sound; the truth lies between."), _("The counts cover different hours.")),
    "revoke": (_("New information has come."), _("Chosen by mistake.")),
    "retract": (_("Its speaker took it back."), _("Misread from the source."), _("It belongs to another event.")),
    "merge": (_("Same event, told twice."), _("Same place, day and kind.")),
    "unmerge": (_("Two different events."), _("Merged by mistake.")),
    "distinct": (_("Two different events."), _("Different places."), _("Different days.")),
    "dismiss": (_("Nobody needs it."), _("A duplicate at the source."), _("The source has corrected it.")),
    "retry": (_("The source says it is mended."), _("We mended how it is read.")),
}
KEPT = 4
SESSION = "queue_reasons"


def remember(session: Any, act: str, reason: str) -> None:
    """Keep a reason that is not among the common ones, the newest first, for as long as the person is signed in."""
    if reason in {str(each) for each in COMMON.get(act, ())}:
        return
    kept = dict(session.get(SESSION, {}))
    kept[act] = [reason, *(each for each in kept.get(act, []) if each != reason)][:KEPT]
    session[SESSION] = kept


def offered(session: Any, act: str) -> list[str]:
    """What to choose from: one's own last reasons, then the common ones."""
    return [*session.get(SESSION, {}).get(act, []), *map(str, COMMON.get(act, ()))]


def offered_for(session: Any, acts: Iterable[str]) -> list[str]:
    """The same for several acts, each reason once."""
    return list(dict.fromkeys(each for act in acts for each in offered(session, act)))
