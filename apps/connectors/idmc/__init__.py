"""IDMC: internal displacement updates (IDU, provisional) and the global database (GIDD, yearly)."""
