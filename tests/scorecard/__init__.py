"""Before and after a date: the analysis, the measures by month, page, report, command line."""
