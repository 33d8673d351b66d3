"""UCDP GED: events of organised violence with deaths, yearly and as monthly candidates (CC BY 4.0)."""
