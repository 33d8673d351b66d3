"""Version 1 of the API: it only adds; removals are announced by a Sunset header."""
