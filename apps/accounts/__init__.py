"""People, organisations, sign-in, API keys, audit, sensitivity levels."""
