"""Every input of every command is stored or refused: asked of each, with two values, as the declarations list them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from domain.commands import COMMANDS
from tests.support.api import serving
from tests.support.every_command import WAYS
from tests.support.proving import HeldClock, Proof, Prover, ProvingServer, leaves
from tests.support.road import Road

if TYPE_CHECKING:
    from domain.database.urls import DatabaseUrls

# Inputs of which any other value than the one that the road takes is refused, so that nothing else can be stored.
ONLY_REFUSED: dict[tuple[str, str], str] = {}


def more(mutation: str, pool: dict[str, Any]) -> list[dict[str, Any]]:
    """Other inputs than the road's: with what it does not send, or with what goes together."""
    return []


async def test_every_input_is_stored_or_refused(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = HeldClock()
    prover = Prover(fresh_haiyan_urls, clock, more)
    monkeypatch.setattr("api.context.unit_of_work", prover.unit_of_work)
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock) as running:
        server = ProvingServer(running.parts, running.http, prover=prover)
        ids: dict[str, str] = {}
        for way in WAYS:
            await way(Road(server, ids=ids))
    asked = {(name, leaf.name): leaf.declared for name, one in COMMANDS.items() for leaf in leaves(one.form)}
    for place in asked:
        print(place, prover.known.get(place, Proof.NONE).name)
