"""Event Grid: what requests did is told to the endpoints that want to know."""
