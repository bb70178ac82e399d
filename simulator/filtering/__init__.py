"""What Azure itself says of its filters: service tags, effective rules, admin rules, IP flows."""
