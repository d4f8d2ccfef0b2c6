"""Pages of marketing: campaigns, experiments, attribution."""
