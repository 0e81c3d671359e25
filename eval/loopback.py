"""A real HTTP server on loopback that speaks OpenAI's wire format; what it answers is left to the handler."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Loopback:
    """A server on a free port of this machine, up while it is entered."""

    def __init__(self, handler: type[WireHandler]) -> None:
        bound = type(f"Bound{handler.__name__}", (handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        """The port."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The base URL, as one would set it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class WireHandler(BaseHTTPRequestHandler):
    """What every answer in the wire format needs.

    Attributes:
        owner: The server that it answers for.
        model: The name that chunks of a stream carry.
    """

    owner: Any
    model = "small"
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Stay silent."""

    def read_body(self) -> bytes:
        """Return what was sent."""
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def begin_stream(self) -> None:
        """Send the head of a stream; the connection ends with it."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True

    def send_delta(self, delta: Mapping[str, Any], finish: str | None = None) -> None:
        """Send one piece of an answer."""
        self._send_event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def end_stream(self, finish: str, usage: Mapping[str, Any] | None) -> None:
        """Send the reason of the end, the token counts if there are any, and the last line."""
        self.send_delta({}, finish)
        if usage:
            self._send_event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def send_models(self, names: Iterable[str]) -> None:
        """Answer with the list of models."""
        self.send_json(200, {"data": [{"id": name} for name in names]})

    def send_json(self, status: int, data: object, headers: Mapping[str, str] | None = None) -> None:
        """Answer with JSON."""
        self.send_bytes(status, json.dumps(data, ensure_ascii=False).encode(), headers or {})

    def send_bytes(self, status: int, data: bytes, headers: Mapping[str, str]) -> None:
        """Answer with bytes as they are."""
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _send_event(self, data: Mapping[str, Any]) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": self.model, **data}
        self.wfile.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()
