"""Ground: P-codes, boundaries, places, gazetteer."""
