"""What comes in of one answer, chunk by chunk, and what its end means."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from assistant.llm.faults import ModelError
from assistant.llm.messages import FinishReason


@dataclass
class Answer:
    """What came in of one answer."""

    pieces: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    finish: str | None = None
    usage: dict[str, Any] | None = None
    first_text: float | None = None

    @property
    def text(self) -> str:
        """Everything received: the arguments of a function call, or the text."""
        return "".join(self.arguments) or "".join(self.pieces)


def take_chunk(answer: Answer, chunk: Any, started: float) -> None:
    """Add one chunk to the answer."""
    content = chunk.content
    piece = (
        content
        if isinstance(content, str)
        else "".join(part.get("text", "") for part in content if isinstance(part, dict) and part.get("type") == "text")
    )
    if piece:
        answer.pieces.append(piece)
    answer.arguments += [call["args"] for call in getattr(chunk, "tool_call_chunks", ()) if call.get("args")]
    if answer.first_text is None and (piece or answer.arguments):
        answer.first_text = time.monotonic() - started
    answer.finish = chunk.response_metadata.get("finish_reason") or answer.finish
    answer.usage = chunk.usage_metadata or answer.usage


def finish_reason(reason: str | None) -> FinishReason:
    """Return the reason of the end in our words; tool calls end like any other answer."""
    if reason is None:
        return "cut"
    return "length" if reason == "length" else "content_filter" if reason == "content_filter" else "stop"


def endless(answer: Answer, where: str) -> ModelError:
    """Say what is wrong with an answer that has no end."""
    if answer.text:
        return ModelError("cut", "回答传到一半断了", hint="会自动再试", where=where)
    hint = "请检查 OPENAI_BASE_URL，一般以 /v1 结尾"
    return ModelError("cut", "地址有回应，但不是 OpenAI 兼容的回答", hint=hint, where=where)


def wished_pause(error: Any) -> float | None:
    """Read the server's wish how long to wait, in seconds."""
    try:
        return float(error.response.headers.get("retry-after", ""))
    except (ValueError, AttributeError):
        return None
