"""What is still reachable: infrastructure, its status, and access constraints."""
