"""Models and rules that score every customer of a version while it is built.

Reads marts through a ``ScoreStore``, calls ``analytics``, writes scores and model cards. Pages
never fit a model: they read what was scored.
"""

from scoring.run import score_version

__all__ = ["score_version"]
