"""What is reachable from where, and by which rules."""
