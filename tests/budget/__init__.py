"""What channels return by level of spend."""
