"""The review queue: what came in and waits for somebody to settle it."""
