"""Questions of the review queue."""
