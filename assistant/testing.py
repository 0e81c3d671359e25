"""For tests: a chat model that answers from a queue and remembers what it was asked; the product never imports it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.llm.faults import ModelError
from assistant.llm.messages import FinishReason, Message, OutputShape, Reply
from assistant.llm.spending import estimate_tokens
from assistant.llm.thinking import split_thinking

Answer = str | Reply | ModelError | Callable[[Sequence[Message]], "str | Reply"]


@dataclass(frozen=True)
class Call:
    """One prompt that a scripted model was sent."""

    messages: tuple[Message, ...]
    shape: OutputShape | None = None
    max_tokens: int | None = None

    @property
    def text(self) -> str:
        """All messages in one text."""
        return "\n\n".join(message.content for message in self.messages)


@dataclass
class ScriptedChat:
    """A chat model with a queue of answers (`Chat` of assistant.llm); safe to use from several threads.

    Attributes:
        answers: What it answers next: a text, a whole reply, a fault to raise, or a function of the prompt.
        otherwise: Answers when the queue is empty; without it, an empty queue is a fault of the test.
        calls: The prompts that it was sent.
    """

    answers: deque[Answer] = field(default_factory=deque)
    otherwise: Answer | None = None
    calls: list[Call] = field(default_factory=list)
    model: str = "scripted"
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def enqueue(self, *answers: Answer) -> ScriptedChat:
        """Add answers to the queue."""
        self.answers.extend(answers)
        return self

    def ask(
        self,
        messages: Sequence[Message],
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
        max_tokens: int | None = None,
        shape: OutputShape | None = None,
    ) -> Reply:
        """Record the prompt and give the next answer."""
        if cancel is not None and cancel.is_set():
            raise ModelError("cancelled", "已取消")
        with self._lock:
            self.calls.append(Call(tuple(messages), shape, max_tokens))
            if not self.answers and self.otherwise is None:
                raise AssertionError(f"the script has no answer for call {len(self.calls)}")
            answer = self.answers.popleft() if self.answers else self.otherwise
        if isinstance(answer, ModelError):
            raise answer
        if callable(answer):
            answer = answer(messages)
        reply = answer if isinstance(answer, Reply) else scripted_reply(str(answer), messages)
        if on_text is not None:
            for end in range(1, len(reply.text) + 1, 7):
                on_text(reply.text[:end])
            on_text(reply.text)
        return reply


def scripted_reply(text: str, messages: Sequence[Message] = (), finish_reason: FinishReason = "stop") -> Reply:
    """Make a reply as an endpoint would: thinking separated, tokens counted."""
    said, thinking = split_thinking(text)
    return Reply(
        text=said,
        thinking=thinking,
        finish_reason=finish_reason,
        model="scripted",
        tokens_in=sum(estimate_tokens(message.content) for message in messages),
        tokens_out=estimate_tokens(text),
        estimated=True,
    )
