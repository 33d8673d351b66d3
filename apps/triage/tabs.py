"""The lists of the queue, as addresses name them."""

REVIEW, DIFFER, DUPLICATES, DISPUTED = "review", "differ", "duplicates", "disputed"
HELD, RELEASE, STALE, QUARANTINE = "held", "release", "stale", "quarantine"
TABS = (REVIEW, DIFFER, DUPLICATES, DISPUTED, HELD, RELEASE, STALE, QUARANTINE)
# Lists of records, one condition each; the other two list pairs and items.
OF_RECORDS = (REVIEW, DIFFER, DISPUTED, HELD, RELEASE, STALE)
OF_CLAIMS = (DIFFER, HELD)
