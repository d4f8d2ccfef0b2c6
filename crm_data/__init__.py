"""The shared data-access layer: batches, warehouse versions, queries and commands."""
