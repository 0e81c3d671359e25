"""Chat with an OpenAI-compatible endpoint: covered, streamed, retried, counted, and cut off when told to."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.llm.answers import Answer, endless, finish_reason, take_chunk, wished_pause
from assistant.llm.endpoints import OPENAI_URL, checked_url, guarded_client, place_of, quiet_libraries
from assistant.llm.faults import ModelError, explain_connection, explain_status, said
from assistant.llm.messages import ChatOptions, Message, OutputShape, Reply
from assistant.llm.spending import Budget, cost_of, estimate_tokens
from assistant.llm.thinking import showable, split_thinking
from assistant.privacy import is_loopback

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

    from assistant.privacy import Veil
    from assistant.settings import ModelSettings

PSEUDONYM_RULE = (
    "文中〔…〕里的文字是代号，代表真实的人、电话或地址。请原样照抄整个代号（含括号和字母），不解释，不拆开，不自造。"
)
_OPTIONAL = ("stream_options", "temperature", "max_completion_tokens", "max_tokens")


def open_chat(
    model: ModelSettings,
    *,
    veil: Veil | None,
    options: ChatOptions | None = None,
    budget: Budget | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> EndpointChat:
    """Open a chat with the endpoint of the settings; nothing is sent yet.

    Args:
        model: Address, key, model's name, and when pseudonyms are used.
        veil: Covers what goes out; needed for every host that is not this machine.
        options: Timeouts, attempts, prices.
        budget: Shared by all calls that it should limit.
        wait: How to sleep between attempts.

    Raises:
        ModelError: When no model is set up, the address is wrong, or a remote host would get names.
    """
    if not model.name:
        raise ModelError("setup", "还没有设置模型", hint="请设置 YOUJU_MODEL、OPENAI_BASE_URL 和 OPENAI_API_KEY")
    url = checked_url(model.base_url)
    return EndpointChat(model, url, needed_veil(model, url, veil), options or ChatOptions(), budget, wait)


def needed_veil(model: ModelSettings, url: str, veil: Veil | None) -> Veil | None:
    """Return the veil that calls to this address go through, by the author's setting.

    Raises:
        ModelError: When one is needed and none is given.
    """
    local = is_loopback(url)
    if model.pseudonyms == "never" or (local and model.pseudonyms == "remote"):
        return None
    if veil is None:
        raise ModelError(
            "private", "没有准备好遮名，不能把内容发给别的机器", hint="请先打开一个小区再试", where=place_of(url)
        )
    return veil


class EndpointChat:
    """A chat model behind an endpoint; safe to use from several threads. Made by `open_chat`."""

    def __init__(
        self,
        settings: ModelSettings,
        url: str,
        veil: Veil | None,
        options: ChatOptions,
        budget: Budget | None,
        wait: Callable[[float], None],
    ) -> None:
        self._settings, self._url, self._veil, self._options = settings, url, veil, options
        self._budget, self._wait = budget, wait
        self._gate = threading.BoundedSemaphore(options.parallel)
        self._lock = threading.Lock()
        self._client: ChatOpenAI | None = None
        self._dropped: set[str] = set()

    def __repr__(self) -> str:
        """Show model and host, never the key."""
        return f"EndpointChat({self.model!r}, {place_of(self._url)!r})"

    @property
    def model(self) -> str:
        """The model's name."""
        return self._settings.name or ""

    @property
    def local(self) -> bool:
        """Whether the endpoint is on this machine."""
        return is_loopback(self._url)

    def ask(
        self,
        messages: Sequence[Message],
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
        max_tokens: int | None = None,
        shape: OutputShape | None = None,
    ) -> Reply:
        """Send a prompt and wait for the whole answer; see `Chat.ask`."""
        limit = max_tokens or self._options.max_tokens
        prompt = self._covered(messages)
        expected = sum(estimate_tokens(message.content) + 4 for message in prompt)
        most = cost_of(self._options.prices, self.model, expected, limit, 0)
        hold = (
            self._budget.reserve(expected + limit, Decimal(0) if self.local else most or Decimal(0))
            if self._budget
            else nullcontext()
        )
        started = time.monotonic()
        while not self._gate.acquire(timeout=0.1):
            _stop_if(cancel)
        try:
            with hold:
                answer, attempts = self._attempt(prompt, limit, shape, on_text, cancel)
                return self._reply(answer, expected, started, attempts)
        finally:
            self._gate.release()

    def _covered(self, messages: Sequence[Message]) -> list[Message]:
        """Cover all messages, and tell the model what the tokens are."""
        if self._veil is None:
            return list(messages)
        covered = [each.model_copy(update={"content": self._veil.cover(each.content)}) for each in messages]
        if covered and covered[0].role == "system":
            covered[0] = covered[0].model_copy(update={"content": f"{covered[0].content}\n\n{PSEUDONYM_RULE}"})
        else:
            covered.insert(0, Message(role="system", content=PSEUDONYM_RULE))
        self._veil.guard([each.content for each in covered])
        return covered

    def _attempt(
        self,
        prompt: list[Message],
        limit: int,
        shape: OutputShape | None,
        on_text: Callable[[str], None] | None,
        cancel: threading.Event | None,
    ) -> tuple[Answer, int]:
        """Try until an answer is whole, the trouble is no passing one, or the attempts are used up."""
        attempt, cuts = 1, 0
        while True:
            _stop_if(cancel)
            try:
                answer = self._stream(prompt, limit, shape, on_text, cancel)
                cuts += answer.finish is None
                if answer.finish is None and (cuts < 2 or not answer.text):
                    raise endless(answer, place_of(self._url))
            except ModelError as fault:
                if not fault.passing or attempt >= self._options.attempts:
                    raise
                self._pause(min(60.0, fault.retry_after or 2.0 ** (attempt - 1)), cancel)
                attempt += 1
            else:
                return answer, attempt

    def _pause(self, seconds: float, cancel: threading.Event | None) -> None:
        """Wait before the next attempt, in steps, so that a cancelled call ends soon."""
        left = seconds
        while left > 0:
            _stop_if(cancel)
            step = min(left, 0.5)
            self._wait(step)
            left -= step

    def _stream(
        self,
        prompt: list[Message],
        limit: int,
        shape: OutputShape | None,
        on_text: Callable[[str], None] | None,
        cancel: threading.Event | None,
    ) -> Answer:
        """Receive one answer in a thread of its own, so that a silent server does not hold up a cancelled call."""
        inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        stop = threading.Event()
        worker = threading.Thread(
            target=self._receive, args=(prompt, limit, shape, inbox, stop), daemon=True, name="youju-llm"
        )
        started = time.monotonic()
        worker.start()
        answer = Answer()
        try:
            while True:
                if cancel is not None and cancel.is_set():
                    raise ModelError("cancelled", "已取消")
                if time.monotonic() - started > self._options.deadline:
                    raise ModelError("timeout", "模型写得太久，已停止", hint="请换快一些的模型，或把等待时间调长")
                try:
                    item = inbox.get(timeout=0.05)
                except queue.Empty:
                    continue
                if item is None:
                    return answer
                if isinstance(item, ModelError):
                    raise item
                take_chunk(answer, item, started)
                if on_text is not None and not answer.arguments:
                    shown = showable(answer.text)
                    on_text(self._veil.uncover(shown) if self._veil else shown)
        finally:
            stop.set()

    def _receive(
        self,
        prompt: list[Message],
        limit: int,
        shape: OutputShape | None,
        inbox: queue.SimpleQueue[Any],
        stop: threading.Event,
    ) -> None:
        """Read the stream into the inbox; ends with None or a fault."""
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                for chunk in self._chunks(prompt, limit, shape):
                    if stop.is_set():
                        return
                    inbox.put(chunk)
            inbox.put(None)
        except ModelError as fault:
            inbox.put(fault)
        except Exception as error:  # noqa: BLE001 - whatever a library raises in this thread is told to the caller
            inbox.put(explain_connection(error, place_of(self._url)))

    def _chunks(self, prompt: list[Message], limit: int, shape: OutputShape | None) -> Iterator[Any]:
        """Yield the chunks of one request; asks again without an optional parameter that the server does not know."""
        import openai

        messages = [{"role": each.role, "content": each.content} for each in prompt]
        while True:
            try:
                yield from self._open_client().stream(messages, **self._arguments(limit, shape))
            except openai.APIStatusError as error:
                words = str(error.message)
                unknown = next((name for name in _OPTIONAL if name in words and name not in self._dropped), None)
                if error.status_code in (400, 422) and unknown is not None:
                    with self._lock:
                        self._dropped.add(unknown)
                    continue
                fault = explain_status(error, place_of(self._url))
                fault.retry_after = wished_pause(error)
                if shape is not None and shape.method != "text" and fault.kind in ("refused", "server", "url"):
                    fault = ModelError(
                        "unsupported", f"服务不支持 {shape.method}：{said(words)}", where=place_of(self._url)
                    )
                raise fault from None
            except openai.APIError as error:
                raise explain_connection(error, place_of(self._url)) from None
            return

    def _arguments(self, limit: int, shape: OutputShape | None) -> dict[str, Any]:
        """Return the optional parameters of a request; those that langchain would rewrite travel in `extra_body`."""
        official = self._url.startswith(OPENAI_URL)
        body: dict[str, Any] = {"max_completion_tokens" if official else "max_tokens": limit}
        body = {name: value for name, value in body.items() if name not in self._dropped}
        arguments: dict[str, Any] = {"stream_usage": "stream_options" not in self._dropped}
        if self._options.temperature is not None and "temperature" not in self._dropped:
            arguments["temperature"] = self._options.temperature
        if shape is not None and shape.method == "json_mode":
            body["response_format"] = {"type": "json_object"}
        elif shape is not None and shape.method == "json_schema":
            wanted = {"name": shape.name, "schema": shape.json_schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": wanted}
        elif shape is not None and shape.method == "function_calling":
            function = {"name": shape.name, "description": "按要求交回结果", "parameters": shape.json_schema}
            arguments["tools"] = [{"type": "function", "function": function}]
            arguments["tool_choice"] = {"type": "function", "function": {"name": shape.name}}
        return {**arguments, "extra_body": body}

    def _open_client(self) -> ChatOpenAI:
        """Make the langchain model once, with a client that scans every request."""
        with self._lock:
            if self._client is None:
                from langchain_openai import ChatOpenAI
                from pydantic import SecretStr

                quiet_libraries()
                client = guarded_client(
                    self._url,
                    self._veil,
                    open_remote=self._settings.pseudonyms == "never",
                    timeout=self._options.timeout,
                )
                self._client = ChatOpenAI(
                    model=self.model,
                    base_url=self._url,
                    api_key=self._settings.api_key or SecretStr("local"),
                    http_client=client,
                    timeout=client.timeout,
                    openai_proxy=None,
                    max_retries=0,
                    use_responses_api=False,
                    disable_streaming=False,
                    cache=False,
                )
            return self._client

    def _reply(self, answer: Answer, expected: int, started: float, attempts: int) -> Reply:
        """Put names back, separate the thinking, count tokens and cost."""
        raw, thinking = split_thinking(answer.text)
        text = self._veil.uncover(raw) if self._veil else raw
        usage = answer.usage or {}
        tokens_in = int(usage.get("input_tokens") or expected)
        tokens_out = int(usage.get("output_tokens") or estimate_tokens(answer.text))
        cached = int((usage.get("input_token_details") or {}).get("cache_read") or 0)
        cost = Decimal(0) if self.local else cost_of(self._options.prices, self.model, tokens_in, tokens_out, cached)
        if self._budget is not None:
            self._budget.add(tokens_in + tokens_out, cost)
        return Reply(
            text=text,
            thinking=self._veil.uncover(thinking) if self._veil else thinking,
            finish_reason=finish_reason(answer.finish),
            unknown_tokens=self._veil.unknown_tokens(raw) if self._veil else (),
            model=self.model,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            tokens_cached=cached,
            estimated=not usage,
            cost=cost,
            seconds=time.monotonic() - started,
            first_text_seconds=answer.first_text,
            attempts=attempts,
        )


def _stop_if(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise ModelError("cancelled", "已取消")
