"""JSON from a model, where it is asked for at all: four ways of asking, the strictest first, and our own validation.

Servers differ: many answer json_schema with 400 or 500, a function call may come back empty, JSON mode may be cut. What
does not parse or validate is asked for once more with the complaint, then refused; nothing is repaired.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from assistant.llm.faults import ModelError
from assistant.llm.messages import Chat, Message, Method, OutputShape, Reply

METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "json_mode", "text")
Wanted = TypeVar("Wanted", bound=BaseModel)
_OTHERWISE = "可以换一个模型，或用内置方法"
_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)\n?```", re.DOTALL)


def ask_for(
    chat: Chat,
    messages: Sequence[Message],
    wanted: type[Wanted],
    *,
    methods: Sequence[Method] = METHODS,
    cancel: threading.Event | None = None,
    max_tokens: int | None = None,
) -> tuple[Wanted, tuple[Reply, ...]]:
    """Ask for an object of a pydantic type.

    Args:
        chat: The model.
        messages: The prompt; the JSON schema is added to it for the ways that do not carry it themselves.
        wanted: The type.
        methods: Ways of asking, tried in order; a server that does not know one gets the next.
        cancel: When set, the call ends at once.
        max_tokens: Limit of each answer.

    Returns:
        The object, and all replies that it took (for tokens and cost).

    Raises:
        ModelError: When no way gives a valid object; kind `protocol`.
    """
    replies: list[Reply] = []
    complaint = ""
    retried = False
    for method in methods:
        shape = OutputShape(name=_name(wanted), json_schema=wanted.model_json_schema(), method=method)
        while True:
            prompt = _prompt(messages, shape, complaint)
            try:
                reply = chat.ask(prompt, cancel=cancel, max_tokens=max_tokens, shape=shape)
            except ModelError as fault:
                if fault.kind == "unsupported":
                    break
                raise
            replies.append(reply)
            try:
                return _read(reply, wanted), tuple(replies)
            except ValueError as error:
                complaint = _complaint(error)
            if method != methods[-1]:
                break
            if retried:
                raise ModelError("protocol", f"模型交回的结果不合要求：{complaint}", hint=_OTHERWISE)
            retried = True
    raise ModelError("protocol", "模型服务给不出规定格式的结果", hint=_OTHERWISE)


def _read(reply: Reply, wanted: type[Wanted]) -> Wanted:
    """Validate the JSON of a reply: the whole text, or its one fenced block.

    Raises:
        ValueError: When the answer was cut, is no JSON, or is not of the type.
    """
    if reply.finish_reason != "stop":
        raise ValueError("回答没有写完")
    text = reply.text.strip()
    blocks = _FENCE.findall(text)
    if len(blocks) == 1:
        text = blocks[0]
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError("回答不是 JSON") from error
    return wanted.model_validate(data)


def _complaint(error: ValueError) -> str:
    """Say in one line what was wrong."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc']) or '整体'}：{first['msg']}"
    return str(error)


def _prompt(messages: Sequence[Message], shape: OutputShape, complaint: str) -> list[Message]:
    """Return the prompt with the schema (where the way of asking does not carry it) and the last complaint."""
    added: list[str] = []
    if shape.method in ("json_mode", "text"):
        schema = json.dumps(shape.json_schema, ensure_ascii=False)
        added.append(f"只交回一个 JSON 对象，不要任何别的文字，格式须符合这个 JSON Schema：\n{schema}")
    if complaint:
        added.append(f"上一次的结果不能用：{complaint}。请重新交回。")
    return [*messages, Message(role="user", content="\n\n".join(added))] if added else list(messages)


def _name(wanted: type[BaseModel]) -> str:
    """Return a name for the schema that every server accepts."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", wanted.__name__).lower()[:48] or "result"
