"""A browser's half of Streamlit's protocol, without a browser: open a page, rerun, wait.

Measures the server alone. One websocket is one user's session.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

MAX_MESSAGE_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Run:
    """One script run as the client saw it."""

    seconds: float
    messages: int
    bytes: int
    texts: tuple[str, ...]
    has_exception: bool


class Session:
    """One user's connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def run(self, page: str, query: str, *, timeout: float = 120.0) -> Run:
        """Ask for a page with a query string, and wait until its script has finished."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        started = time.perf_counter()
        self._socket.send(message.SerializeToString())
        messages = size = 0
        texts: list[str] = []
        failed = False
        while True:
            data = self._socket.recv(timeout=timeout)
            if isinstance(data, str):
                raise TypeError("Streamlit sends binary messages")
            messages, size = messages + 1, size + len(data)
            forward = ForwardMsg.FromString(data)
            kind = forward.WhichOneof("type")
            if kind == "delta":
                element = forward.delta.new_element
                failed |= element.WhichOneof("type") == "exception"
                if element.WhichOneof("type") == "metric":
                    texts.append(f"{element.metric.label}={element.metric.body}")
            if kind == "script_finished":
                took = time.perf_counter() - started
                return Run(took, messages, size, tuple(texts), failed)


@contextmanager
def open_session(port: int) -> Iterator[Session]:
    """Connect as a new user."""
    with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        max_size=MAX_MESSAGE_BYTES,
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(f"http://127.0.0.1:{port}"),
        compression=None,
    ) as socket:
        yield Session(socket)
