"""What the sample company sells: things for home and office, and service plans."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sample_data.columns import Floats, Ints, identifiers, labels, money, table

CATEGORIES = (
    "Coffee", "Kitchen", "Lighting", "Furniture", "Audio", "Travel", "Stationery", "Wellness",
)  # fmt: skip
TIERS = 11
PLANS = 3
_PLAN_CATEGORY = "Service plans"
_TIER_STEP = 1.52
_LOWEST_PRICE = np.array([29, 25, 39, 79, 59, 49, 15, 35]) * 1.0
_POPULARITY = np.array([0.22, 0.17, 0.12, 0.10, 0.11, 0.10, 0.10, 0.08])
_THINGS = (
    ("滤纸 Filter papers", "咖啡豆 Coffee beans", "咖啡机 Coffee machine"),
    ("保鲜盒 Storage box", "炒锅 Wok", "烤箱 Oven"),
    ("小夜灯 Night light", "台灯 Desk lamp", "吊灯 Pendant light"),
    ("坐垫 Cushion", "书架 Shelf", "办公椅 Office chair"),
    ("耳塞 Earbuds", "音箱 Speaker", "投影仪 Projector"),
    ("收纳袋 Packing cube", "背包 Backpack", "行李箱 Suitcase"),
    ("笔记本 Notebook", "钢笔 Fountain pen", "桌面套装 Desk set"),
    ("香薰 Scented candle", "瑜伽垫 Yoga mat", "按摩仪 Massager"),
)
_PLANS = (
    ("基础会员 Basic plan", 2900), ("咖啡订阅 Coffee subscription", 8900),
    ("企业保障 Business care", 29900),
)  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """Products by category, then price; service plans come last. Prices in fen.

    The product of category c and price tier k has index ``c * TIERS + k``.
    """

    list_price: Ints
    unit_cost: Ints
    popularity: Floats

    @property
    def first_plan(self) -> int:
        """Index of the first service plan."""
        return len(CATEGORIES) * TIERS

    @property
    def lowest(self) -> Floats:
        """Lowest price of each category, in fen."""
        return self.list_price[: self.first_plan : TIERS].astype(np.float64)

    def nearest(self, category: Ints, price: Floats) -> Ints:
        """Return the product of a category whose list price is nearest, on a log scale."""
        tier = np.rint(np.log(price / self.lowest[category]) / np.log(_TIER_STEP))
        return np.asarray(category * TIERS + np.clip(tier, 0, TIERS - 1).astype(np.int64))


def make_catalogue(rng: np.random.Generator) -> Catalogue:
    """Return the catalogue; only unit costs are random."""
    yuan = np.rint(_LOWEST_PRICE[:, None] * _TIER_STEP ** np.arange(TIERS))
    things = np.where(yuan > 100, np.rint(yuan / 10) * 10 - 1, yuan).ravel().astype(np.int64) * 100
    list_price = np.concatenate([things, [price for _, price in _PLANS]]).astype(np.int64)
    share = rng.uniform(0.48, 0.68, len(list_price))
    unit_cost = np.rint(list_price * share / 10).astype(np.int64) * 10
    return Catalogue(list_price, unit_cost, _POPULARITY / _POPULARITY.sum())


def product_table(catalogue: Catalogue) -> pa.Table:
    """Return the table ``products``."""
    count = len(catalogue.list_price)
    number = np.arange(count)
    category = np.where(number < catalogue.first_plan, number // TIERS, len(CATEGORIES))
    names = [
        f"{_THINGS[c][min(k // 4, 2)]} {'SMLX'[k % 4]}{k + 1}"
        for c in range(len(CATEGORIES))
        for k in range(TIERS)
    ]
    return table(
        "products",
        count,
        product_id=identifiers("P", number + 1, 4),
        name=pa.array(names + [name for name, _ in _PLANS]),
        category=labels((*CATEGORIES, _PLAN_CATEGORY), category),
        list_price=money(catalogue.list_price),
        unit_cost=money(catalogue.unit_cost),
    )
