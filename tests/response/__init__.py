"""Who would respond, and whom contact changes."""
