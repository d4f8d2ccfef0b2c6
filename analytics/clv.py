"""Customer lifetime value: how often customers will buy, are they still there, for how much.

``frequency`` is the number of repeat purchases, ``recency`` the time from the first to the last
purchase, ``T`` the time from the first purchase to the end of observation. These three names are
the papers', and live in these modules only.
"""

from analytics.clv_bgnbd import BetaGeoModel, ModifiedBetaGeoModel
from analytics.clv_gamma_gamma import GammaGammaModel
from analytics.clv_model import PurchaseModel
from analytics.clv_pareto import ParetoNBDModel

__all__ = [
    "BetaGeoModel",
    "GammaGammaModel",
    "ModifiedBetaGeoModel",
    "ParetoNBDModel",
    "PurchaseModel",
]
