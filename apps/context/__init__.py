"""What else is known of an area: population, presence, monthly aggregates."""
