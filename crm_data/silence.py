"""Which silences a build counts: days without an order after which a customer may count as lost."""

# No shorter than the longest month: nobody can then fall silent and be back before a month ends
# without an order in the month before, which counts by month would not see. From 90 days on, gaps
# between orders are kept in steps of GAP_STEP_DAYS, of which all longer ones are multiples.
SILENCE_DAYS: tuple[int, ...] = (31, 45, 60, 75, 90, 120, 150, 180, 240, 300, 365, 540, 730)
GAP_EXACT_DAYS, GAP_STEP_DAYS = 90, 5
# Stands for the days of a pause that has not ended: longer than any, and a number that engines
# compare without looking for what is missing.
STILL = 99_999
# A pause longer than the shortest of SILENCE_DAYS has a code of three numbers, each how many of
# these days: how long it lasts, as far as the data knows; how long twice over the data knows what
# came after it began; how long it is twice over. code = (lasts * FOLLOWED + known) * SHORT + long;
# powers of two above the number of days.
FOLLOWED = SHORT = 16
