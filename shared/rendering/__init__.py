"""What people get to read, made from findings and plans; pure."""
