"""What goes to a model and what comes back, and the face that every chat model has for us."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Literal, Protocol

from pydantic import Field

from assistant.data.values import Value
from assistant.llm.spending import DEFAULT_PRICES, Price

Method = Literal["json_schema", "function_calling", "json_mode", "text"]
FinishReason = Literal["stop", "length", "content_filter", "cut"]


class Message(Value):
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


class OutputShape(Value):
    """The JSON that is asked for, and the way of asking."""

    name: str
    json_schema: dict[str, Any]
    method: Method = "json_schema"


class ChatOptions(Value):
    """How an endpoint is used.

    Attributes:
        timeout: Longest silence of the server, in seconds.
        deadline: Longest duration of one answer, in seconds.
        attempts: How often a request is tried when the trouble is a passing one.
        parallel: Requests under way at one time.
        prices: Price table; the first whose pattern matches the model's name counts.
    """

    timeout: float = Field(default=120.0, gt=0)
    deadline: float = Field(default=900.0, gt=0)
    attempts: int = Field(default=4, ge=1, le=10)
    parallel: int = Field(default=4, ge=1, le=32)
    temperature: float | None = 0.3
    max_tokens: int = Field(default=1500, ge=1)
    prices: tuple[Price, ...] = DEFAULT_PRICES


class Reply(Value):
    """A model's answer and what it took.

    Attributes:
        text: The answer, without thinking, with the names put back.
        thinking: What stood in `<think>` blocks; never part of a draft.
        finish_reason: `length` when the token limit cut it, `cut` when the connection did.
        unknown_tokens: Pseudonyms that the model garbled or invented; sentences with them cannot stand.
        estimated: True when the server sent no usage and the tokens are counted by length.
        cost: In yuan; None when the price table does not know the model, 0 on this machine.
        seconds: From the first request to the end, waiting between attempts included.
    """

    text: str
    thinking: str = ""
    finish_reason: FinishReason = "stop"
    unknown_tokens: tuple[str, ...] = ()
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    estimated: bool = False
    cost: Decimal | None = None
    seconds: float = 0.0
    first_text_seconds: float | None = None
    attempts: int = 1


class Chat(Protocol):
    """A chat model, as drafting knows it; `assistant.testing.ScriptedChat` is one without a network."""

    @property
    def model(self) -> str:
        """The model's name."""

    def ask(
        self,
        messages: Sequence[Message],
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
        max_tokens: int | None = None,
        shape: OutputShape | None = None,
    ) -> Reply:
        """Send a prompt and wait for the whole answer.

        Args:
            messages: The prompt.
            on_text: Called with the whole text so far (not a piece), which may start anew after a cut stream.
            cancel: When set, the call ends at once.
            max_tokens: Limit of the answer; the options' limit by default.
            shape: Ask for JSON of this shape; the text of the answer is then meant to be JSON.

        Raises:
            ModelError: When no answer comes about.
        """
