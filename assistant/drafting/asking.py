"""A prompt whose answer is read as JSON, with every reply that it took kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from assistant.llm.messages import Chat, Message, Reply
from assistant.llm.structured import ask_for
from assistant.prompts import RenderedPrompt

Wanted = TypeVar("Wanted", bound=BaseModel)
KeepReply = Callable[[Reply, RenderedPrompt], None]


def ask_prompt(
    chat: Chat,
    rendered: RenderedPrompt,
    kind: type[Wanted],
    *,
    max_tokens: int,
    cancel: threading.Event | None = None,
    keep_reply: KeepReply | None = None,
) -> Wanted:
    """Ask a model what a prompt asks for.

    Args:
        chat: The model.
        rendered: The prompt, filled in.
        kind: What the answer must be.
        max_tokens: The longest answer.
        cancel: When set, the call ends at once.
        keep_reply: Called with every reply that it took, and the prompt.

    Raises:
        ModelError: When no valid answer comes about, whichever way it is asked for.
    """
    messages = [Message(role=each.role, content=each.content) for each in rendered.messages]
    answer, replies = ask_for(chat, messages, kind, cancel=cancel, max_tokens=max_tokens)
    if keep_reply is not None:
        for reply in replies:
            keep_reply(reply, rendered)
    return answer
