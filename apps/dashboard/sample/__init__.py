"""The sample situation: what `load_sample` puts into an empty installation, through the product's own doors.

Recorded payloads go through the real connectors, facts through the fact apps' actions, both in the order in which they
became known, so that the ledger of the sample reads like the ledger of a real year.
"""
