"""Who moved, and where they are."""
