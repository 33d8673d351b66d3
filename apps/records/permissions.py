"""Who may do what with a record that they see. Views and the review queue ask before they call an action."""

from typing import Any

from apps.accounts.levels import Sensitivity
from apps.crises.clearance import Clearance


def may_review(held: Clearance, record: Any) -> bool:
    """Verify and correct it: coordinators and information officers of its crisis; coordinators if confidential."""
    if record.sensitivity == Sensitivity.CONFIDENTIAL:
        return held.is_coordinator_of(record.crisis_id)
    return record.crisis_id in held.reviews


def may_decide(held: Clearance, record: Any) -> bool:
    """Choose the figure used, give a range, take a claim back."""
    return may_review(held, record)


def may_release(held: Clearance, record: Any) -> bool:
    """Let the public read it, take that back, and say how far it travels: coordinators of its crisis."""
    return held.is_coordinator_of(record.crisis_id)


def may_confirm(held: Clearance, record: Any) -> bool:
    """Say that it is still so: who reviews it, who reported it, and the organisation that did."""
    reported = held.user_id is not None and record.reported_by_id == held.user_id
    colleagues = held.organisation_id is not None and record.reporting_organisation_id == held.organisation_id
    return may_review(held, record) or reported or colleagues
