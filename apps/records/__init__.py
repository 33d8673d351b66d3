"""What every fact shares: visibility, verification, claims, links, history."""
