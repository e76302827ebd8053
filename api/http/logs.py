"""What this process logs, and how: Python's own logging, a line to standard error for each event."""

import logging

from api.settings import Settings


def log_as(settings: Settings) -> None:
    """Log what is at least as severe as the settings say. Uvicorn's own lines keep their form."""
    logging.basicConfig(level=settings.logging_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
