"""Cities that the sample company sells to, with region and country."""

from dataclasses import dataclass

import numpy as np

from sample_data.columns import Ints

REGIONS = ("North", "East", "South", "West", "Central", "Overseas")
DECLINING_REGION = REGIONS.index("South")
COUNTRIES = (
    "China", "United States", "United Kingdom", "Germany", "Singapore", "Japan", "Australia",
)  # fmt: skip
CURRENCIES = ("CNY", "USD", "GBP", "EUR", "SGD", "JPY", "AUD")
CHINA = 0


@dataclass(frozen=True)
class City:
    """A city and its share of customers (shares are relative)."""

    name: str
    latin: str
    region: str
    country: str
    weight: float


_CHINA = (
    ("北京", "beijing", "North", 9.0), ("天津", "tianjin", "North", 3.5),
    ("青岛", "qingdao", "North", 3.0), ("大连", "dalian", "North", 2.0),
    ("上海", "shanghai", "East", 10.0), ("杭州", "hangzhou", "East", 7.0),
    ("南京", "nanjing", "East", 5.0), ("苏州", "suzhou", "East", 4.5),
    ("广州", "guangzhou", "South", 7.0), ("深圳", "shenzhen", "South", 8.0),
    ("厦门", "xiamen", "South", 3.5), ("南宁", "nanning", "South", 1.5),
    ("成都", "chengdu", "West", 6.5), ("重庆", "chongqing", "West", 4.0),
    ("西安", "xian", "West", 3.5), ("昆明", "kunming", "West", 2.0),
    ("武汉", "wuhan", "Central", 5.0), ("长沙", "changsha", "Central", 4.0),
    ("郑州", "zhengzhou", "Central", 3.0), ("合肥", "hefei", "Central", 2.0),
)  # fmt: skip
_ABROAD = (
    ("New York", "United States", 2.2), ("San Francisco", "United States", 1.6),
    ("Chicago", "United States", 1.0), ("London", "United Kingdom", 2.0),
    ("Manchester", "United Kingdom", 0.7), ("Berlin", "Germany", 1.2),
    ("Hamburg", "Germany", 0.8), ("Singapore", "Singapore", 2.4),
    ("Tokyo", "Japan", 1.5), ("Osaka", "Japan", 0.8), ("Sydney", "Australia", 1.3),
    ("Melbourne", "Australia", 0.9),
)  # fmt: skip

CITIES = tuple(City(name, latin, region, "China", w) for name, latin, region, w in _CHINA) + tuple(
    City(name, name.lower().replace(" ", ""), "Overseas", country, w)
    for name, country, w in _ABROAD
)

REGION_OF_CITY: Ints = np.array([REGIONS.index(c.region) for c in CITIES])
COUNTRY_OF_CITY: Ints = np.array([COUNTRIES.index(c.country) for c in CITIES])


def draw_cities(rng: np.random.Generator, count: int) -> Ints:
    """Return indexes of ``CITIES``, big cities more often."""
    weights = np.array([c.weight for c in CITIES])
    return rng.choice(len(CITIES), count, p=weights / weights.sum())
