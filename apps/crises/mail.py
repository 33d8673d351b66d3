"""The one mail this app sends. It names no crisis: mail is read by others than it is meant for."""

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from apps.crises.models import Invitation

log = structlog.get_logger(__name__)


def send_invitation(*, invitation: Invitation, link: str) -> bool:
    """Send the link. False where no mail server is set up or it cannot be reached: the link is then handed over."""
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        return False
    text = _(
        "%(name)s invites you to OpenSitrep. What it is about, and what is asked of you, stands on this page:\n\n"
        "%(link)s\n\nThe link is for you alone, works once, and until %(until)s (UTC). If you did not expect it, "
        "do nothing."
    ) % {"name": invitation.by, "link": link, "until": f"{invitation.expires_at:%Y-%m-%d %H:%M}"}
    try:
        return bool(send_mail(_("An invitation for you"), text, None, [invitation.email]))
    except OSError:
        log.warning("invitation.not_mailed", invitation=str(invitation.pk))
        return False
