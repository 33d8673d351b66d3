"""What the pages read, one module each."""
