"""Across facts: key figures and timeline."""
