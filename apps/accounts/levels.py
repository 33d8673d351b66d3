"""Sensitivity, audience and role: the three small scales that visibility is decided with."""

from django.db import models


class Sensitivity(models.IntegerChoices):
    """How far a record or claim may travel; a crisis's protocol sets the default."""

    PUBLIC = 0, "public"
    PARTNERS = 1, "partners"
    RESTRICTED = 2, "restricted"
    CONFIDENTIAL = 3, "confidential"


class Audience(models.IntegerChoices):
    """Who may read a record now: derived from sensitivity, release, verification, merge and removal."""

    PUBLIC = 0, "released and public"
    PARTNERS = 1, "partners"
    RESTRICTED = 2, "restricted"
    CONFIDENTIAL = 3, "confidential"
    NOBODY = 9, "removed, merged or rejected"


class Role(models.TextChoices):
    """What a member does in a crisis."""

    COORDINATOR = "coordinator", "Coordinator"
    MANAGER = "manager", "Information officer"
    FIELD = "field", "Field staff"
    PARTNER = "partner", "Partner"


# The strictest audience each role reads in its own crisis.
CLEARANCE_BY_ROLE = {
    Role.COORDINATOR: Audience.CONFIDENTIAL,
    Role.MANAGER: Audience.RESTRICTED,
    Role.FIELD: Audience.PARTNERS,
    Role.PARTNER: Audience.PARTNERS,
}


class LocationRelease(models.TextChoices):
    """How precisely a place may be shown to those without exact sight."""

    EXACT = "exact", "exact"
    SETTLEMENT = "settlement", "settlement"
    ADM3 = "adm3", "sub-district"
    ADM2 = "adm2", "district"
    ADM1 = "adm1", "governorate or state"
    WITHHELD = "withheld", "withheld"
