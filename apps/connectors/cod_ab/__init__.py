"""OCHA COD-AB: the administrative boundaries, P-codes and places that a humanitarian response has agreed on."""
