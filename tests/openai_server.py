"""A real HTTP server on loopback that speaks the OpenAI wire format, well or badly as a test says."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Turn:
    """How the server answers one request.

    Attributes:
        text: What the model says, streamed in pieces of three characters.
        status: HTTP status; anything but 200 sends `error` instead.
        error: Message of the error.
        headers: Further headers.
        finish: The finish reason; None cuts the stream without an end.
        usage: Whether token counts are sent.
        delay: Seconds of silence before each piece.
        raw: Sent as it is instead of a stream.
        call: Arguments of a function call instead of text.
        refuse: Words in the request's body that make the server answer 400 (an unknown parameter).
    """

    text: str = "好。"
    status: int = 200
    error: str = "boom"
    headers: dict[str, str] = field(default_factory=dict)
    finish: str | None = "stop"
    usage: bool = True
    delay: float = 0.0
    raw: bytes | None = None
    call: str | None = None
    refuse: str | None = None


class OpenAIServer:
    """A server with a queue of turns; `requests` holds the bodies that it received, `raw_requests` their bytes."""

    def __init__(self, *turns: Turn) -> None:
        self.turns = deque(turns)
        self.requests: list[dict[str, Any]] = []
        self.raw_requests: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.models = ["small"]
        handler = type("ScriptedHandler", (Handler,), {"script": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL, as one would set it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def port(self) -> int:
        """The port."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Answers for one `OpenAIServer`."""

    script: OpenAIServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        """Answer the list of models."""
        self._json(200, {"data": [{"id": name} for name in self.script.models]})

    def do_POST(self) -> None:
        """Answer with the next turn."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.script.raw_requests.append(body)
        self.script.requests.append(json.loads(body))
        self.script.headers.append(dict(self.headers))
        turn = self.script.turns.popleft() if self.script.turns else Turn()
        try:
            self._answer(turn, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answer(self, turn: Turn, body: bytes) -> None:
        if turn.refuse and turn.refuse.encode() in body:
            self.script.turns.appendleft(turn)
            self._json(400, {"error": {"message": f"Unsupported parameter: {turn.refuse}"}})
        elif turn.status != 200:
            time.sleep(turn.delay)
            self._json(turn.status, {"error": {"message": turn.error}}, turn.headers)
        elif turn.raw is not None:
            self._bytes(200, turn.raw, turn.headers)
        elif self.path.endswith("/embeddings"):
            self._embeddings(json.loads(body))
        else:
            self._stream(turn)

    def _embeddings(self, body: dict[str, Any]) -> None:
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = [
            {"object": "embedding", "index": place, "embedding": [float(len(text)), 1.0, 0.5]}
            for place, text in enumerate(texts)
        ]
        self._json(
            200,
            {"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}},
        )

    def _stream(self, turn: Turn) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        if turn.call is not None:
            function = {"name": "x", "arguments": turn.call}
            deltas.append({"tool_calls": [{"index": 0, "id": "1", "type": "function", "function": function}]})
        else:
            deltas += [{"content": turn.text[at : at + 3]} for at in range(0, len(turn.text), 3)]
        for delta in deltas:
            time.sleep(turn.delay)
            self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        if turn.finish is None:
            return
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": turn.finish}]})
        if turn.usage:
            usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
            self._event({"choices": [], "usage": {**usage, "prompt_tokens_details": {"cached_tokens": 60}}})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, data: dict[str, Any]) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "small", **data}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def _json(self, status: int, data: object, headers: dict[str, str] | None = None) -> None:
        self._bytes(status, json.dumps(data).encode(), headers or {})

    def _bytes(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
