"""Parts of the pages of marketing."""
