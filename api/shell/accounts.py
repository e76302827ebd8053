"""The demo accounts with a token each, for people and programs that try the platform out."""

from typing import Any

from api.http.authentication import issue_token
from api.settings import Settings
from domain.places.loader import demo_accounts

_SHOWN = ("username", "display_name", "roles", "organisation")


async def list_accounts(settings: Settings) -> list[dict[str, Any]]:
    """Return username, display name, roles, organisation and a valid token of every account."""
    accounts = await demo_accounts(settings.database_urls().application)
    return [
        {name: account[name] for name in _SHOWN} | {"token": issue_token(settings, account)} for account in accounts
    ]
