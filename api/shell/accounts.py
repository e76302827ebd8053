"""The demo accounts with a token each, for people and programs that try the platform out."""

from typing import Any

from api.http.authentication import issue_token
from api.settings import Settings
from domain.places.loader import demo_accounts
from domain.tenancy.credentials import Credentials

_SHOWN = ("username", "display_name", "roles", "organisation")


async def list_accounts(settings: Settings) -> list[dict[str, Any]]:
    """Return username, display name, roles, organisation and a valid token of every account."""
    urls = settings.database_urls()
    accounts, credentials = await demo_accounts(urls.application), Credentials(urls.authentication)
    shown = []
    try:
        for account in accounts:
            user = await credentials.find(account["username"])
            if user is not None:
                token = issue_token(settings, account | {"generation": user.generation})
                shown.append({name: account[name] for name in _SHOWN} | {"token": token})
    finally:
        await credentials.close()
    return shown
