"""Provenance: source, dataset, round, document, refresh run, quarantine."""
