"""A page printed to a PDF by a Chromium that is installed here; nothing is fetched."""

import os
import re
import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from crm_data.errors import StorageError, UsageError
from crm_data.settings import Settings

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 120
_DATE = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}(?=\+00'00'\))")  # as long as before
_FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer",
    "--virtual-time-budget=10000",
)  # fmt: skip


def browser(config: Settings) -> str | None:
    """Return the path of the Chromium that prints; None where there is none."""
    names = (config.chromium,) if config.chromium else _NAMES
    return next((found for name in names if (found := shutil.which(name))), None)


def refuse_pdf(config: Settings, to: Path) -> None:
    """Raise ``UsageError`` before anything is asked, where no PDF can be printed."""
    if browser(config) is None:
        looked = config.chromium or ", ".join(_NAMES)
        raise UsageError(
            "report_no_browser",
            f"{to} cannot be written: no Chromium to print it was found ({looked}). Install one "
            "or set CRM_CHROMIUM to its path, or end the name in .html and print it yourself.",
            path=str(to),
            looked=looked,
        )


def pdf_bytes(config: Settings, page: bytes, made_at: datetime) -> bytes:
    """Print a page that stands alone, dated ``made_at`` (UTC): equal pages give equal files.

    Raises
    ------
    StorageError
        The browser wrote nothing.
    """
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_bytes(page)
        command = [
            str(browser(config)), *_FLAGS, f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # a sandbox cannot be had as root
            command.append("--no-sandbox")
        try:
            done = subprocess.run(  # noqa: S603 - the administrator's browser, our own page
                [*command, source.as_uri()], capture_output=True, timeout=_SECONDS, check=False
            )
            why = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _not_printed(config, str(error)) from error
        if not target.is_file() or not target.stat().st_size:
            raise _not_printed(config, why[0] if why else f"status {done.returncode}")
        return _DATE.sub(rb"\g<1>" + f"{made_at:%Y%m%d%H%M%S}".encode(), target.read_bytes())


def _not_printed(config: Settings, reason: str) -> StorageError:
    return StorageError(
        "report_not_printed",
        f"{browser(config)} printed nothing: {reason}. Try again, name another with CRM_CHROMIUM, "
        "or write .html and print it yourself.",
        reason=reason,
    )
