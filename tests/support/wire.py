"""The application behind the HTTP server that runs in production, on a port of this machine, in this process.

So a test asks what a client asks: the fast path answers past ASGI's messages, the standard way in them, both over a wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """Serve while the block runs; gives the address. Connections must have been closed by the clients when it ends."""
    config = Config(
        app, http=HttpToolsProtocol, access_log=False, log_config=None, server_header=False, proxy_headers=False
    )
    config.load()
    state, loop = ServerState(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpToolsProtocol(config, state, {}, loop), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        while state.connections:  # noqa: ASYNC110 - uvicorn tells of none that has gone
            await asyncio.sleep(0.001)
        await server.wait_closed()
