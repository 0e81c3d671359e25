"""A real HTTP server on loopback that speaks the OpenAI wire format, well or badly as a test says."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from eval.loopback import Loopback, WireHandler


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


class OpenAIServer(Loopback):
    """A server with a queue of turns; `requests` holds the bodies that it received, `raw_requests` their bytes."""

    def __init__(self, *turns: Turn) -> None:
        super().__init__(Handler)
        self.turns = deque(turns)
        self.requests: list[dict[str, Any]] = []
        self.raw_requests: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.models = ["small"]


class Handler(WireHandler):
    """Answers for one `OpenAIServer`."""

    owner: OpenAIServer

    def do_GET(self) -> None:  # noqa: N802 - the library asks for this name
        """Answer the list of models."""
        self.send_models(self.owner.models)

    def do_POST(self) -> None:  # noqa: N802 - the library asks for this name
        """Answer with the next turn."""
        body = self.read_body()
        self.owner.raw_requests.append(body)
        self.owner.requests.append(json.loads(body))
        self.owner.headers.append(dict(self.headers))
        turn = self.owner.turns.popleft() if self.owner.turns else Turn()
        try:
            self._answer(turn, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answer(self, turn: Turn, body: bytes) -> None:
        if turn.refuse and turn.refuse.encode() in body:
            self.owner.turns.appendleft(turn)
            self.send_json(400, {"error": {"message": f"Unsupported parameter: {turn.refuse}"}})
        elif turn.status != 200:
            time.sleep(turn.delay)
            self.send_json(turn.status, {"error": {"message": turn.error}}, turn.headers)
        elif turn.raw is not None:
            self.send_bytes(200, turn.raw, turn.headers)
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
        self.send_json(
            200,
            {"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}},
        )

    def _stream(self, turn: Turn) -> None:
        self.begin_stream()
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        if turn.call is not None:
            function = {"name": "x", "arguments": turn.call}
            deltas.append({"tool_calls": [{"index": 0, "id": "1", "type": "function", "function": function}]})
        else:
            deltas += [{"content": turn.text[at : at + 3]} for at in range(0, len(turn.text), 3)]
        for delta in deltas:
            time.sleep(turn.delay)
            self.send_delta(delta)
        if turn.finish is None:
            return
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        self.end_stream(turn.finish, {**usage, "prompt_tokens_details": {"cached_tokens": 60}} if turn.usage else None)
