"""Code lists that never grow without a migration of meaning. Growing ones (metrics, categories) are rows."""

from django.db import models


class Verification(models.TextChoices):
    """Whether the event took place as described; it never speaks of figures."""

    UNVERIFIED = "unverified", "not yet reviewed"
    UNDER_REVIEW = "under_review", "under review"
    VERIFIED = "verified", "verified"
    DISPUTED = "disputed", "disputed"
    UNVERIFIABLE = "unverifiable", "cannot be verified"
    REJECTED = "rejected", "rejected"


class Basis(models.TextChoices):
    """What a verification rests on."""

    FIRST_HAND = "first_hand", "seen first-hand"
    TWO_INDEPENDENT_SOURCES = "two_independent_sources", "two independent sources"
    OFFICIAL_STATEMENT = "official_statement", "official statement"
    PUBLISHED_DATASET = "published_dataset", "published dataset"


class HowKnown(models.TextChoices):
    """How the one who says it knows it."""

    SAW = "saw", "saw it"
    TOLD = "told", "told by someone who saw"
    HEARD = "heard", "heard"
    READ = "read", "read it"
    MEASURED = "measured", "measured by instruments"
    COMPILED = "compiled", "compiled from reports"
    UNKNOWN = "unknown", "not said"


class Accuracy(models.TextChoices):
    """How precisely the place is known, finest first."""

    POINT = "point", "exact point"
    SETTLEMENT = "settlement", "settlement"
    ADM3 = "adm3", "sub-district"
    ADM2 = "adm2", "district"
    ADM1 = "adm1", "governorate or state"
    ADM0 = "adm0", "country"


class TimePrecision(models.TextChoices):
    """How precisely the time is known."""

    HOUR = "hour", "hour"
    DAY = "day", "day"
    FEW_DAYS = "few_days", "a few days"
    WEEK = "week", "week"
    MONTH = "month", "month"
    YEAR = "year", "year"


class Quantifier(models.TextChoices):
    """How the one who says it bounds the number."""

    EXACT = "exact", "exactly"
    AT_LEAST = "at_least", "at least"
    MORE_THAN = "more_than", "more than"
    AT_MOST = "at_most", "at most"
    LESS_THAN = "less_than", "less than"
    ABOUT = "about", "about"
    BETWEEN = "between", "between"
    NOT_GIVEN = "not_given", "no figure given"


class Scope(models.TextChoices):
    """What stretch of the world a figure covers. Only `event` figures are ever added up."""

    EVENT = "event", "this event"
    PERIOD_TOTAL = "period_total", "total of a period"
    RUNNING_TOTAL = "running_total", "running total"
    STOCK = "stock", "number on a day"


class Group(models.TextChoices):
    """Whom a figure counts."""

    ALL = "all", "all people"
    CIVILIANS = "civilians", "civilians"
    COMBATANTS = "combatants", "combatants"
    COMBATANTS_A = "combatants_a", "combatants of side A"
    COMBATANTS_B = "combatants_b", "combatants of side B"
    AID_WORKERS = "aid_workers", "aid workers"
    HEALTH_WORKERS = "health_workers", "health workers"
    JOURNALISTS = "journalists", "journalists"
    PEACEKEEPERS = "peacekeepers", "peacekeepers"
    IDPS = "idps", "internally displaced people"
    RETURNEES = "returnees", "returnees"
    REFUGEES = "refugees", "refugees"
    HOST_COMMUNITY = "host_community", "host community"
    UNKNOWN = "unknown", "not known who"


class Sex(models.TextChoices):
    """Sex, as the source counts it."""

    ALL = "all", "all"
    FEMALE = "f", "female"
    MALE = "m", "male"
    UNKNOWN = "unknown", "not known"


class Unit(models.TextChoices):
    """What is counted."""

    PEOPLE = "people", "people"
    HOUSEHOLDS = "households", "households"
    EVENTS = "events", "events"
    BUILDINGS = "buildings", "buildings"
    FACILITIES = "facilities", "facilities"


class ClaimStatus(models.TextChoices):
    """Whether the one who said it still says it."""

    CURRENT = "current", "current"
    SUPERSEDED = "superseded", "superseded by a later statement"
    RETRACTED = "retracted", "retracted"


class Credibility(models.IntegerChoices):
    """Credibility of a statement; shown as words, to coordinators only. Unknown is 6."""

    CONFIRMED = 1, "confirmed by other sources"
    PROBABLY_TRUE = 2, "probably true"
    POSSIBLY_TRUE = 3, "possibly true"
    DOUBTFUL = 4, "doubtful"
    IMPROBABLE = 5, "improbable"
    CANNOT_BE_JUDGED = 6, "truth cannot be judged"


class Relation(models.TextChoices):
    """How two facts hang together."""

    PART_OF = "part_of", "is part of"
    CAUSED = "caused", "caused"
    FOLLOWED_BY = "followed_by", "was followed by"
    CORROBORATES = "corroborates", "corroborates"


# Finest first: a place is generalised when it is released at a later step than it is known.
ACCURACY_ORDER = ["point", "settlement", "adm3", "adm2", "adm1", "adm0"]
RELEASE_ORDER = {"exact": 0, "settlement": 1, "adm3": 2, "adm2": 3, "adm1": 4, "withheld": 6}
AGE_BANDS = ["all", "0-4", "5-17", "18-59", "60+", "children", "adults", "unknown"]
