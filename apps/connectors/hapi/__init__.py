"""HDX HAPI: population, presence, returnees, conflict counts and IDP stocks by administrative area."""
