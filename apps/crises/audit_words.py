"""What the audit trail's verbs mean, for those who read it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.accounts.models import AuditEntry

VERBS: dict[str, str | Promise] = {
    "member.added": gettext_lazy("Role given to an organisation"),
    "member.changed": gettext_lazy("Role changed"),
    "member.ended": gettext_lazy("Role ended"),
    "member.accepted_protocol": gettext_lazy("Sharing protocol accepted"),
    "member.administered": gettext_lazy("Role set by a system administrator"),
    "invitation.sent": gettext_lazy("Invited"),
    "invitation.revoked": gettext_lazy("Invitation taken back"),
    "invitation.accepted": gettext_lazy("Invitation accepted"),
    "api_key.issued": gettext_lazy("Key issued"),
    "api_key.revoked": gettext_lazy("Key revoked"),
    "export": gettext_lazy("Exported"),
    "read.confidential": gettext_lazy("Confidential record read"),
}

DETAILS: dict[str, str | Promise] = {
    "user": gettext_lazy("member:"),
    "owner": gettext_lazy("owner:"),
    "organisation": gettext_lazy("organisation:"),
    "email": gettext_lazy("e-mail:"),
    "role": gettext_lazy("role:"),
    "before": gettext_lazy("before:"),
    "until": gettext_lazy("until:"),
    "prefix": gettext_lazy("key:"),
    "scopes": gettext_lazy("may:"),
    "crises": gettext_lazy("crises:"),
    "form": gettext_lazy("as:"),
    "asked": gettext_lazy("filters:"),
}


def about(entry: AuditEntry) -> list[tuple[str | Promise, str]]:
    """What the entry says beside its verb, name by name; the subject where it says nothing."""
    pairs = [
        (DETAILS.get(name, f"{name}:"), ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in entry.detail.items()
        if value
    ]
    return pairs or [(entry.subject_kind, entry.subject_id)]


def in_words(verb: str) -> str | Promise:
    """The verb's meaning, or the verb."""
    return VERBS.get(verb, verb)
