"""What every page is given: who is looking, at what, in which language."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.formats import Formats
from ui.translations import Translator


@dataclass(frozen=True)
class PageContext:
    """The only argument of a page's ``render``.

    Attributes
    ----------
    settings : Settings
        Where data lives, currency, time zone.
    version : str
        The warehouse version that every number on the page comes from; empty before the first.
    scope : AccessScope
        Whose customers the viewer may see. An argument of every loader, never left out.
    viewer : str
        Name of the viewer, for the audit trail.
    language : str
        ``en`` or ``zh_CN``.
    today, now : date, datetime
        The clock as ``app.py`` read it: the business day in the company's time zone, and UTC.
    t : Translator
        ``t("key", **fields)`` is the label in the viewer's language; a missing key raises.
    formats : Formats
        Numbers, money and dates in the viewer's language.
    theme : str
        ``light`` or ``dark``, for charts.
    """

    settings: Settings
    version: str
    scope: AccessScope
    viewer: str
    language: str
    today: date
    now: datetime
    t: Translator
    formats: Formats
    theme: Literal["light", "dark"] = "light"
