"""Clientscope: `python -m cli serve`. The only module that reads clock and environment here."""

import os
from datetime import UTC, datetime

from crm_data.errors import CrmError
from crm_data.settings import Settings
from ui import shell


def main() -> None:
    """Read settings, decide who is looking, draw."""
    try:
        settings = Settings.from_environment(os.environ)
    except CrmError as error:
        shell.refuse(error)
        return
    # No sign-in is configured: one local administrator, and the server listens on localhost.
    shell.run(settings, viewer=shell.LOCAL_ADMINISTRATOR, now=datetime.now(UTC))


main()
