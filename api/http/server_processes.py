"""Several server processes, and what becomes of them when the terminal is closed."""

import signal
import socket

from uvicorn import Config
from uvicorn.supervisors import Multiprocess


class Workers(Multiprocess):
    """Uvicorn's supervisor, but one that ends with its terminal.

    Uvicorn takes SIGHUP for "restart the workers". A closed terminal sends it too, and the server would go on
    unseen and keep the port. Under nohup the signal is ignored, here as well.
    """

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        """Take over the signals; `run` serves."""
        ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        super().__init__(config, sockets)
        if ignored:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def handle_hup(self) -> None:
        """End all workers."""
        self.should_exit.set()
