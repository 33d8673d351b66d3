"""Revisions in commit order, the changes they made, the outbox."""
