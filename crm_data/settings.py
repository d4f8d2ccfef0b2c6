"""Settings: read once, at the top (``app.py``, ``cli``), and passed down as a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm_data.errors import UsageError
from crm_data.import_limits import STANDARD_LIMITS, ImportLimits
from crm_data.opening_hours import STANDARD_HOURS, OpeningHours, read_opening_hours


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, default and what it is for."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("CRM_HOME", "./var", "Folder where batches, versions and the app database live."),
    Setting("CRM_WAREHOUSE_URL", "", "Warehouse; empty: DuckDB files under CRM_HOME/warehouse."),
    Setting("CRM_APP_URL", "", "App database; empty: SQLite file CRM_HOME/app.sqlite."),
    Setting("CRM_TIMEZONE", "UTC", "IANA time zone in which a business day is counted."),
    Setting("CRM_OPENING_HOURS", "09:00-18:00", "Hours in which tickets are answered."),
    Setting("CRM_OPEN_WEEK", "1111100", "Open days, seven signs from Monday, 1 for open."),
    Setting("CRM_SPECIAL_DAYS", "", "Closed days (2026-10-01), open ones with a +, by comma."),
    Setting("CRM_HOLIDAYS", "", "Holidays of this country (CN); empty: the currency's; -: none."),
    Setting("CRM_CURRENCY", "CNY", "ISO 4217 code of the company's currency."),
    Setting("CRM_LANGUAGE", "en", "Language of a first visit: en or zh_CN."),
    Setting("CRM_MEMORY_MB", "1024", "Memory limit of one DuckDB reader."),
    Setting("CRM_BUILD_MEMORY_MB", "6144", "Memory limit of an import or a build."),
    Setting("CRM_THREADS", "0", "Threads of the engine; 0: as many as there are cores."),
    Setting("CRM_IMPORT_FILE_MB", "4096", "Largest table of an import, as text, unpacked."),
    Setting("CRM_IMPORT_COLUMNS", "1000", "Most columns of a table that is imported."),
    Setting("CRM_IMPORT_CELL_CHARS", "1000000", "Most characters of a cell."),
    Setting("CRM_IMPORT_EXPANSION", "200", "Most times its size that an archive may become."),
    Setting("CRM_IMPORT_FILES", "1000", "Most files and sheets of one import."),
    Setting("CRM_IMPORT_READER_MB", "2048", "Memory of the process that reads a workbook."),
    Setting("CRM_PHONE_REGION", "", "Country of numbers without a code; empty: the currency's."),
    Setting("CRM_CHROMIUM", "", "Chromium that prints PDF reports; empty: looked for on PATH."),
)

_FORMS = {
    "CRM_CURRENCY": (r"[^\W\d_]{3}", "not an ISO 4217 code"),
    "CRM_HOLIDAYS": (r"|-|[A-Za-z]{2}", "neither an ISO 3166 code of two letters nor -"),
    "CRM_LANGUAGE": (r"en|zh_CN", "neither en nor zh_CN"),
    "CRM_PHONE_REGION": (r"|-|[A-Za-z]{2}", "neither an ISO 3166 code of two letters nor -"),
}
_NUMBERS = (
    "CRM_MEMORY_MB", "CRM_BUILD_MEMORY_MB", "CRM_THREADS", "CRM_IMPORT_FILE_MB",
    "CRM_IMPORT_COLUMNS", "CRM_IMPORT_CELL_CHARS", "CRM_IMPORT_EXPANSION", "CRM_IMPORT_FILES",
    "CRM_IMPORT_READER_MB",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """Validated settings.

    Attributes
    ----------
    home : Path
        Data folder, absolute.
    warehouse_url, app_url : str
        SQLAlchemy URLs; an empty ``warehouse_url`` means DuckDB version files under ``home``.
    """

    home: Path
    warehouse_url: str = ""
    app_url: str = ""
    timezone: str = "UTC"
    currency: str = "CNY"
    language: str = "en"
    memory_mb: int = 1024
    build_memory_mb: int = 6144
    threads: int = 0
    opening_hours: OpeningHours = STANDARD_HOURS
    holidays: str = ""
    chromium: str = ""
    import_limits: ImportLimits = STANDARD_LIMITS
    phones_in: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read settings, collecting every problem before refusing.

        Raises
        ------
        UsageError
            One sentence that names all wrong variables.
        """
        values = {s.name: environ.get(s.name, "").strip() or s.default for s in SETTINGS}
        problems = []
        numbers = {}
        for name in _NUMBERS:
            if values[name].isdecimal():
                numbers[name] = int(values[name])
            else:
                problems.append(f"{name}={values[name]!r} is not a whole number")
        try:
            ZoneInfo(values["CRM_TIMEZONE"])
        except (ZoneInfoNotFoundError, ValueError):
            problems.append(f"CRM_TIMEZONE={values['CRM_TIMEZONE']!r} is not an IANA time zone")
        for name, (pattern, wanted) in _FORMS.items():
            if not re.fullmatch(pattern, values[name]):
                problems.append(f"{name}={values[name]!r} is {wanted}")
        try:
            opening_hours = read_opening_hours(
                *(values[n] for n in ("CRM_OPENING_HOURS", "CRM_OPEN_WEEK", "CRM_SPECIAL_DAYS"))
            )
        except ValueError as error:
            problems.append(f"opening hours: {error}")
        if problems:
            raise UsageError(
                "settings",
                f"Settings cannot be used: {'; '.join(problems)}. Correct the environment and "
                "start again.",
                problems="; ".join(problems),
            )
        home = Path(values["CRM_HOME"]).expanduser().resolve()
        return cls(
            home=home,
            warehouse_url=values["CRM_WAREHOUSE_URL"],
            app_url=values["CRM_APP_URL"] or f"sqlite:///{home / 'app.sqlite'}",
            timezone=values["CRM_TIMEZONE"],
            currency=values["CRM_CURRENCY"].upper(),
            language=values["CRM_LANGUAGE"],
            memory_mb=numbers["CRM_MEMORY_MB"],
            build_memory_mb=numbers["CRM_BUILD_MEMORY_MB"],
            threads=numbers["CRM_THREADS"],
            opening_hours=opening_hours,
            holidays=values["CRM_HOLIDAYS"].upper(),
            chromium=values["CRM_CHROMIUM"],
            import_limits=ImportLimits(
                file_megabytes=numbers["CRM_IMPORT_FILE_MB"],
                columns=numbers["CRM_IMPORT_COLUMNS"],
                cell_characters=numbers["CRM_IMPORT_CELL_CHARS"],
                expansion=numbers["CRM_IMPORT_EXPANSION"],
                files=numbers["CRM_IMPORT_FILES"],
                reader_megabytes=numbers["CRM_IMPORT_READER_MB"],
            ),
            phones_in=values["CRM_PHONE_REGION"].upper(),
        )

    @property
    def holiday_country(self) -> str:
        """ISO code of the country whose holidays move sales; empty: none.

        A currency's code begins with its country's, except of those shared by several.
        """
        return self.holidays.strip("-") if self.holidays else self._country_of_currency

    @property
    def phone_region(self) -> str:
        """ISO code of the country of telephone numbers without a country code; empty: unknown."""
        return self.phones_in.strip("-") if self.phones_in else self._country_of_currency

    @property
    def _country_of_currency(self) -> str:
        return "" if self.currency == "EUR" or self.currency[0] == "X" else self.currency[:2]

    @property
    def batches_dir(self) -> Path:
        """Folder of the write-once batches."""
        return self.home / "batches"

    @property
    def warehouse_dir(self) -> Path:
        """Folder of the published DuckDB versions and of the pointer."""
        return self.home / "warehouse"

    @property
    def forecasts_dir(self) -> Path:
        """Folder of forecasts that are ready; what is deleted there is made again."""
        return self.home / "forecasts"

    @property
    def staging_dir(self) -> Path:
        """Folder for unfinished work; anything in it may be deleted when no import runs."""
        return self.home / "staging"

    @property
    def presets_dir(self) -> Path:
        """Folder of the mappings that the company saved."""
        return self.home / "presets"
