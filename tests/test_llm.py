"""The door to endpoints, against a real HTTP server on loopback."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from assistant.errors import EndpointError
from assistant.llm import (
    Budget,
    ChatOptions,
    EndpointChat,
    Message,
    ModelError,
    Price,
    ask_for,
    diagnose,
    estimate_tokens,
    open_chat,
    open_embedder,
)
from assistant.llm.thinking import showable, split_thinking
from assistant.privacy import NameBook, Veil, is_loopback
from assistant.settings import ModelSettings
from assistant.testing import ScriptedChat
from tests.openai_server import OpenAIServer, Turn

KEY = "sk-very-secret-key-1234567890"
HELLO = [Message(role="system", content="你是助手。"), Message(role="user", content="写一句话。")]
BOOK = NameBook.build(
    residents=["王桂英", "李建国"], volunteers=["陈秀兰"], communities=["青槐里社区"], genders={"王桂英": "女"}
)


def settings(url: str | None, **changes: Any) -> ModelSettings:
    """Settings without the environment."""
    given = {"base_url": url, "api_key": SecretStr(KEY), "name": "small", "pseudonyms": "remote", **changes}
    return ModelSettings.model_construct(**given)


def chat_with(server: OpenAIServer, **changes: Any) -> EndpointChat:
    """A chat with the server that never really waits between attempts."""
    options = ChatOptions(**{"timeout": 5, "deadline": 20, **changes.pop("options", {})})
    veil = changes.pop("veil", None)
    budget = changes.pop("budget", None)
    wait: Callable[[float], None] = changes.pop("wait", lambda _: None)
    return open_chat(settings(server.url, **changes), veil=veil, options=options, budget=budget, wait=wait)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:11434/v1", True),
        ("http://LOCALHOST/v1", True),
        ("http://127.0.0.1:8000", True),
        ("http://127.8.9.10/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://[::ffff:127.0.0.1]/v1", True),
        ("http://127.0.0.1.evil.com/v1", False),
        ("http://localhost.evil.com/v1", False),
        ("http://evil.localhost/v1", False),
        ("http://127.0.0.1@evil.com/v1", False),
        ("http://evil.com@127.0.0.1/v1", False),
        ("http://evil.com\\@127.0.0.1/v1", False),
        ("http://0.0.0.0:8000/v1", False),
        ("http://192.168.1.5/v1", False),
        ("http://10.0.0.1/v1", False),
        ("http://127.1/v1", False),
        ("http://2130706433/v1", False),
        ("http://１２７.0.0.1/v1", False),
        ("ftp://127.0.0.1/", False),
        ("http://127.0.0.1:99999/", False),
        ("127.0.0.1:8000", False),
        ("", False),
    ],
)
def test_loopback(url: str, local: bool) -> None:
    """Only literal loopback hosts count as this machine; look-alikes do not."""
    assert is_loopback(url) is local


def test_remote_host_without_veil_is_refused() -> None:
    """Without a veil no chat or embedder opens to a host that is not this machine."""
    for url in ("https://api.example.com/v1", "http://192.168.1.5/v1", None):
        with pytest.raises(EndpointError, match="遮名"):
            open_chat(settings(url), veil=None)
        with pytest.raises(EndpointError, match="遮名"):
            open_embedder(settings(url), veil=None)


def test_never_is_the_authors_own_choice() -> None:
    """With pseudonyms set to never, a remote host may be opened without a veil; always asks for one even here."""
    assert open_chat(settings("https://api.example.com/v1", pseudonyms="never"), veil=None).local is False
    with pytest.raises(ModelError):
        open_chat(settings("http://127.0.0.1:1/v1", pseudonyms="always"), veil=None)


def test_answer_is_streamed_with_usage_and_cost() -> None:
    """The text so far is handed on while it comes in, and the reply records tokens, cost, time and the end."""
    price = Price(model="sm*", input=Decimal(2), output=Decimal(8))
    seen: list[str] = []
    with OpenAIServer(Turn("全年登记{{F1}}，办结{{F2}}。")) as server:
        reply = chat_with(server, options={"prices": (price,)}).ask(HELLO, on_text=seen.append)
    assert reply.text == "全年登记{{F1}}，办结{{F2}}。"
    assert (reply.finish_reason, reply.tokens_in, reply.tokens_out, reply.tokens_cached) == ("stop", 100, 20, 60)
    assert reply.cost == 0
    assert not reply.estimated
    assert reply.seconds > 0
    assert len(seen) > 3
    assert all(reply.text.startswith(each) for each in seen)


@pytest.mark.parametrize(
    ("turns", "attempts"),
    [
        ([Turn(status=429, error="slow down"), Turn()], 2),
        ([Turn(status=500), Turn(status=503), Turn()], 3),
        ([Turn(text="写到一", finish=None), Turn()], 2),
    ],
    ids=["429", "5xx twice", "cut stream"],
)
def test_passing_trouble_is_waited_out(turns: list[Turn], attempts: int) -> None:
    """429, 5xx and cut streams are tried again, with growing pauses."""
    pauses: list[float] = []
    with OpenAIServer(*turns) as server:
        reply = chat_with(server, wait=pauses.append).ask(HELLO)
    assert reply.text == "好。"
    assert reply.attempts == attempts
    assert sum(pauses) == 2 ** (attempts - 1) - 1


def test_servers_wish_to_wait_is_followed() -> None:
    """A Retry-After header decides how long to wait."""
    pauses: list[float] = []
    with OpenAIServer(Turn(status=429, headers={"retry-after": "7"}), Turn()) as server:
        chat_with(server, wait=pauses.append).ask(HELLO)
    assert sum(pauses) == 7


def test_attempts_are_bounded() -> None:
    """After the last attempt the fault is raised in Chinese."""
    with OpenAIServer(*[Turn(status=500)] * 9) as server:
        with pytest.raises(ModelError, match="模型服务出错（500）"):
            chat_with(server, options={"attempts": 3}).ask(HELLO)
        assert len(server.requests) == 3


def test_twice_cut_text_is_returned_as_cut() -> None:
    """A server that never ends its streams gives its text, marked as cut, after two tries."""
    with OpenAIServer(*[Turn(text="写到一半", finish=None)] * 5) as server:
        reply = chat_with(server).ask(HELLO)
    assert (reply.text, reply.finish_reason, reply.attempts) == ("写到一半", "cut", 2)


def test_token_limit_is_told() -> None:
    """An answer at the token limit says so, and the limit travels under the name that every server knows."""
    with OpenAIServer(Turn(text="写到", finish="length")) as server:
        reply = chat_with(server).ask(HELLO, max_tokens=7)
    assert reply.finish_reason == "length"
    assert server.requests[0]["max_tokens"] == 7
    assert "max_completion_tokens" not in server.requests[0]


@pytest.mark.parametrize(
    ("turn", "kind", "words"),
    [
        (Turn(status=401, error=f"Incorrect API key provided: {KEY}"), "key", "密钥"),
        (Turn(status=403, error="not allowed"), "key", "权限"),
        (Turn(status=402, error="Insufficient Balance"), "balance", "余额"),
        (Turn(status=429, error="You exceeded your current quota"), "balance", "余额"),
        (Turn(status=400, error="Arrearage"), "balance", "欠费"),
        (Turn(status=404, error="The model `x` does not exist"), "model", "没有这个模型"),
        (Turn(status=404, error="Not Found"), "url", "404"),
        (Turn(status=400, error="maximum context length is 8192"), "length", "长度"),
        (Turn(status=400, error=f"bad thing {KEY}"), "refused", "不接受"),
        (Turn(status=307, headers={"location": "http://example.invalid/"}), "url", "别的地址"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_lasting_trouble_is_explained(turn: Turn, kind: str, words: str) -> None:
    """A wrong key, model, address, or an empty account is told at once, in Chinese, and never with the key."""
    with OpenAIServer(turn) as server:
        with pytest.raises(ModelError, match=words) as caught:
            chat_with(server).ask(HELLO)
        assert len(server.requests) == 1
    assert caught.value.kind == kind
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_wrong_json_in_the_stream_is_told() -> None:
    """A stream that is no JSON, or not of the wire format, is a fault of the protocol, not a crash."""
    for raw in (b"data: {broken\n\n", b'data: {"choices": "none"}\n\n', b"data: [1]\n\n", b"<html>hello</html>"):
        turns = [Turn(raw=raw, headers={"content-type": "text/event-stream"})] * 4
        with OpenAIServer(*turns) as server, pytest.raises(ModelError) as caught:
            chat_with(server).ask(HELLO)
        assert caught.value.kind in ("protocol", "cut")


def test_dead_endpoint_is_explained() -> None:
    """Where nothing listens, the message says so."""
    with OpenAIServer() as server:
        url = server.url
    with pytest.raises(ModelError, match="连不上模型服务"):
        open_chat(settings(url), veil=None, options=ChatOptions(attempts=1), wait=lambda _: None).ask(HELLO)


def test_unknown_host_and_proxy_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host name that does not exist and a dead proxy get their own words."""
    veil = Veil(BOOK, b"s")
    options = ChatOptions(attempts=1, timeout=5)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelError, match="主机名"):
        open_chat(settings("http://no-such-host.invalid/v1"), veil=veil, options=options).ask(HELLO)
    monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(ModelError, match="代理"):
        open_chat(settings("http://no-such-host.invalid/v1"), veil=veil, options=options).ask(HELLO)


def test_silent_server_times_out() -> None:
    """A server that says nothing within the timeout is a passing trouble with its own words."""
    with OpenAIServer(Turn(delay=1.0)) as server, pytest.raises(ModelError, match="太久没有回应"):
        chat_with(server, options={"timeout": 0.2, "attempts": 1}).ask(HELLO)


def test_cancelling_ends_a_call_at_once() -> None:
    """A cancelled call returns while the server is still silent."""
    cancel = threading.Event()
    with OpenAIServer(Turn(delay=60.0)) as server:
        threading.Timer(0.2, cancel.set).start()
        with pytest.raises(ModelError) as caught:
            chat_with(server).ask(HELLO, cancel=cancel)
    assert caught.value.kind == "cancelled"


@pytest.mark.parametrize("unknown", ["stream_options", "temperature", "max_tokens"])
def test_unknown_parameter_is_left_out(unknown: str) -> None:
    """A server that refuses an optional parameter is asked again without it, and not bothered with it later."""
    with OpenAIServer(Turn(refuse=unknown), Turn()) as server:
        chat = chat_with(server)
        assert chat.ask(HELLO).text == "好。"
        chat.ask(HELLO)
        assert [unknown in body for body in server.requests] == [True, False, False]


@pytest.mark.parametrize(
    ("raw", "text", "thinking"),
    [
        ("<think>先想想</think>\n好。", "好。", "先想想"),
        ("想了很久</think>好。", "好。", "想了很久"),
        ("好。<think>没想完", "好。", "没想完"),
        ("<THINK>a</THINK>好。<think>b</think>", "好。", "a\nb"),
        ("没有思考。", "没有思考。", ""),
    ],
)
def test_thinking_is_separated(raw: str, text: str, thinking: str) -> None:
    """What stands in think blocks never reaches the text, also without an opening or closing tag."""
    assert split_thinking(raw) == (text, thinking)
    with OpenAIServer(Turn(raw)) as server:
        seen: list[str] = []
        reply = chat_with(server).ask(HELLO, on_text=seen.append)
    assert (reply.text, reply.thinking) == (text, thinking)
    if raw.startswith("<think>"):
        assert not any("先想" in each for each in seen)


def test_growing_text_shows_no_half_token() -> None:
    """While an answer comes in, a tag or pseudonym that is not complete is held back."""
    assert showable("感谢〔阿姨KT") == "感谢"
    assert showable("好。<thi") == "好。"
    assert showable("感谢〔阿姨KTBQ〕") == "感谢〔阿姨KTBQ〕"


def test_names_are_covered_on_the_wire_and_restored() -> None:
    """What the server receives holds no name, phone or door; the reply has them back, and garbled tokens are told."""
    veil = Veil(BOOK, b"secret")
    note = "青槐里社区3号楼502室的王桂英（13812345678）说，陈秀兰和李大爷来过。"
    token = veil.cover("王桂英")
    with OpenAIServer(Turn(f"{token}感谢了【志愿者{veil.cover('陈秀兰')[4:8]}】，〔居民XXXX〕没来。")) as server:
        chat = chat_with(server, veil=veil, pseudonyms="always")
        reply = chat.ask([Message(role="system", content="规则。"), Message(role="user", content=note)])
        sent = "\n".join(str(body) for body in server.requests)
    assert reply.text.startswith("王桂英感谢了陈秀兰，")
    assert reply.unknown_tokens == ("〔居民XXXX〕",)
    for secret in ("王桂英", "陈秀兰", "李大爷", "13812345678", "502", "青槐里"):
        assert secret not in sent
    assert "代号" in server.requests[0]["messages"][0]["content"]


def test_last_scan_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """When covering misses something, the scan of the request's bytes stops it before anything is sent."""
    veil = Veil(BOOK, b"secret")
    monkeypatch.setattr(Veil, "cover", lambda _, text: text)
    with OpenAIServer(Turn()) as server:
        chat = chat_with(server, veil=veil, pseudonyms="always")
        with pytest.raises(EndpointError, match="没有发送"):
            chat.ask([Message(role="user", content="王桂英来了")])
        embedder = open_embedder(settings(server.url, pseudonyms="always"), veil=veil)
        with pytest.raises(EndpointError, match="没有发送") as caught:
            embedder.embed(["电话13812345678"])
        assert server.requests == []
    assert "13812345678" not in str(caught.value)


def test_embeddings_are_covered_batched_and_ordered() -> None:
    """Texts to embed go out covered, as text and not as tokens, in small batches; vectors come back in order."""
    veil = Veil(BOOK, b"secret")
    texts = [f"{'长' * place}王桂英" for place in range(20)]
    with OpenAIServer() as server:
        embedder = open_embedder(settings(server.url, pseudonyms="always"), veil=veil, wait=lambda _: None)
        vectors = embedder.embed(texts)
        assert len(server.requests) == 2
        assert all(isinstance(each, str) for body in server.requests for each in body["input"])
    assert [vector[0] for vector in vectors] == [len(veil.cover(text)) for text in texts]
    assert "王桂英" not in str(server.requests)


def test_embedding_trouble() -> None:
    """A passing trouble of the embeddings endpoint is waited out; a wrong answer is told."""
    with OpenAIServer(Turn(status=503), Turn(), Turn(raw=b'{"data": []}')) as server:
        embedder = open_embedder(settings(server.url), veil=None, options=ChatOptions(attempts=2), wait=lambda _: None)
        assert len(embedder.embed(["一"])) == 1
        with pytest.raises(ModelError):
            embedder.embed(["二"])


def test_tracing_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """With tracing switched on in the environment, nothing is sent to the tracing service."""
    with OpenAIServer(Turn(), Turn()) as tracer, OpenAIServer(Turn()) as server:
        for name, value in {
            "LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_API_KEY": "k",
            "LANGSMITH_ENDPOINT": tracer.url, "LANGCHAIN_ENDPOINT": tracer.url,
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        chat_with(server).ask(HELLO)
        open_embedder(settings(server.url), veil=None).embed(["一"])
        time.sleep(0.3)
        assert len(server.requests) == 2
        assert tracer.raw_requests == []


def test_key_is_never_shown(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is in no repr and no log, even at debug level."""
    monkeypatch.setenv("OPENAI_LOG", "debug")
    caplog.set_level("DEBUG")
    with OpenAIServer(Turn()) as server:
        chat = chat_with(server)
        chat.ask(HELLO)
        assert {name.lower(): value for name, value in server.headers[0].items()}["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(chat) + repr(vars(chat)) + caplog.text
    assert "写一句话" not in caplog.text


def test_local_endpoint_ignores_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text for this machine never goes through a proxy of the environment."""
    with OpenAIServer(Turn()) as proxy, OpenAIServer(Turn()) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
        monkeypatch.setenv("OPENAI_PROXY", proxy.url.removesuffix("/v1"))
        assert chat_with(server).ask(HELLO).text == "好。"
        assert proxy.raw_requests == []


def test_budget_stops_in_time() -> None:
    """A call that could exceed the budget is refused before it is sent; what was spent is counted."""
    budget = Budget(tokens=400)
    with OpenAIServer() as server:
        chat = chat_with(server, budget=budget, options={"max_tokens": 200})
        chat.ask(HELLO)
        assert budget.tokens == 120
        chat.ask(HELLO)
        with pytest.raises(ModelError, match="用量上限") as caught:
            chat.ask(HELLO)
        assert len(server.requests) == 2
    assert caught.value.kind == "budget"


def test_budget_in_yuan_counts_calls_under_way() -> None:
    """Two calls side by side cannot both use the last of the money."""
    budget = Budget(yuan=Decimal("0.01"))
    with (
        budget.reserve(10, Decimal("0.006")),
        pytest.raises(ModelError, match="花费上限"),
        budget.reserve(10, Decimal("0.006")),
    ):
        pass
    with budget.reserve(10, Decimal("0.006")):
        budget.add(10, Decimal("0.002"))
    assert budget.yuan == Decimal("0.002")


def test_tokens_of_chinese_are_not_undercounted() -> None:
    """The estimate without a tokenizer rather counts too many."""
    assert estimate_tokens("全年共登记居民反映问题") == 11
    assert estimate_tokens("abc") == 1


class Ranking(BaseModel):
    """What the structured tests ask for."""

    order: list[int]


GOOD = '{"order": [2, 1]}'


@pytest.mark.parametrize(
    ("turns", "methods"),
    [
        ([Turn(GOOD)], ["json_schema"]),
        (
            [Turn(status=400, error="response_format unsupported"), Turn(call=GOOD, finish="tool_calls")],
            ["json_schema", "tools"],
        ),
        ([Turn(status=400), Turn(status=400), Turn(GOOD)], ["json_schema", "tools", "json_object"]),
        (
            [Turn(status=400), Turn(text=""), Turn(text="{}"), Turn(f"好的：\n```json\n{GOOD}\n```")],
            ["json_schema", "tools", "json_object", "text"],
        ),
        ([Turn(status=400)] * 3 + [Turn("不会"), Turn(GOOD)], ["json_schema", "tools", "json_object", "text", "text"]),
        ([Turn(GOOD, finish="length"), Turn(call=GOOD)], ["json_schema", "tools"]),
    ],
    ids=["schema", "function", "json mode", "text", "one retry", "cut JSON is not repaired"],
)
def test_structured_output_degrades(turns: list[Turn], methods: list[str]) -> None:
    """JSON is asked for in the strictest way that the server knows, and validated by ourselves."""
    with OpenAIServer(*turns) as server:
        ranking, replies = ask_for(chat_with(server, options={"attempts": 1}), HELLO, Ranking)
        asked = [
            "tools" if "tools" in body else body.get("response_format", {}).get("type", "text")
            for body in server.requests
        ]
    assert ranking.order == [2, 1]
    assert asked == methods
    assert replies


def test_structured_output_gives_up_after_one_retry() -> None:
    """What still does not validate is refused, with the complaint sent back once."""
    chat = ScriptedChat().enqueue("不是", '{"order": "x"}')
    with pytest.raises(ModelError, match="order") as caught:
        ask_for(chat, HELLO, Ranking, methods=["text"])
    assert caught.value.kind == "protocol"
    assert "上一次的结果不能用" in chat.calls[1].text


def test_scripted_chat_records_and_misbehaves() -> None:
    """The scripted model gives its answers in order, records prompts, raises faults, and separates thinking."""
    chat = ScriptedChat().enqueue(
        "<think>嗯</think>好。", ModelError("server", "坏了"), lambda messages: messages[-1].content
    )
    assert chat.ask(HELLO).text == "好。"
    with pytest.raises(ModelError, match="坏了"):
        chat.ask(HELLO)
    assert chat.ask(HELLO).text == "写一句话。"
    assert len(chat.calls) == 3
    with pytest.raises(AssertionError, match="no answer"):
        chat.ask(HELLO)


def test_doctor_tells_what_works_and_what_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The diagnosis names address, model and a trial answer, or the first thing that is wrong."""
    assert diagnose(settings(None, name=None)).ok
    with OpenAIServer(Turn("好")) as server:
        fine = diagnose(settings(server.url))
        assert fine.ok
        assert "答“好”" in fine.checks[-1].text
    with OpenAIServer(Turn(status=401)) as server:
        wrong = diagnose(settings(server.url))
        assert not wrong.ok
        assert "密钥" in wrong.checks[-1].text
    assert "没有设置密钥" in diagnose(settings("https://api.example.com/v1", api_key=None)).checks[-1].text
    assert not diagnose(settings("htp:/x")).ok
    assert KEY not in fine.model_dump_json() + wrong.model_dump_json()


def test_sections_side_by_side_are_bounded() -> None:
    """No more requests are under way than the options allow."""
    with OpenAIServer(*[Turn(delay=0.05) for _ in range(6)]) as server:
        chat = chat_with(server, options={"parallel": 2})
        texts: list[str] = []
        threads = [threading.Thread(target=lambda: texts.append(chat.ask(HELLO).text)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert texts == ["好。"] * 6
    assert all(json.loads(raw)["stream"] for raw in server.raw_requests)
