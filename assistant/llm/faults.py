"""What can be wrong with an endpoint, told in Chinese: the key, the address, the model, the balance, the proxy.

A message never holds the key, and of the server's own words at most a short piece with anything like a key cut out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from assistant.errors import EndpointError

if TYPE_CHECKING:
    import openai

FaultKind = Literal[
    "setup", "key", "url", "model", "balance", "proxy", "rate", "timeout", "server", "cut", "refused", "length",
    "protocol", "unsupported", "budget", "cancelled", "private",
]  # fmt: skip
PASSING: frozenset[FaultKind] = frozenset({"rate", "timeout", "server", "cut"})
_KEY_LIKE = re.compile(r"(?:sk|ak|key|Bearer)[-_ ][A-Za-z0-9*_.\-]{4,}|[A-Za-z0-9_\-]{24,}", re.IGNORECASE)
_NO_MONEY = re.compile(
    r"insufficient[_ ](?:quota|balance|funds)|exceeded your current quota|arrear|balance|余额|欠费|billing",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context[_ ]length|context window|maximum context|too many tokens|prompt is too long", re.IGNORECASE
)


class ModelError(EndpointError):
    """An endpoint's failure with its kind, so that a caller can tell a passing trouble from a wrong key.

    Attributes:
        kind: What is wrong.
        retry_after: Seconds that the server asked to wait, or None.
    """

    def __init__(self, kind: FaultKind, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message, hint=hint, where=where)
        self.kind: FaultKind = kind
        self.retry_after: float | None = None

    @property
    def passing(self) -> bool:
        """Whether the same request may well succeed a little later."""
        return self.kind in PASSING


def said(text: str) -> str:
    """Return a short piece of what a server said, without anything that may be a key."""
    return _KEY_LIKE.sub("…", " ".join(text.split()))[:100]


def explain_status(error: openai.APIStatusError, where: str) -> ModelError:
    """Tell in Chinese what an HTTP status of the endpoint means."""
    status = error.status_code
    words = str(error.message)
    if status == 402 or (status in (400, 403, 429) and _NO_MONEY.search(words)):
        return ModelError(
            "balance", "模型账户余额不足或已欠费", hint="请到服务商网站充值，或换一个账户的密钥", where=where
        )
    if status == 401:
        return ModelError("key", "模型服务不认这个密钥", hint="请检查 OPENAI_API_KEY 是否抄全、有没有过期", where=where)
    if status == 403:
        return ModelError("key", "密钥没有权限使用这个模型或地址", hint="请检查账户开通的模型和地区", where=where)
    if status == 407:
        return ModelError("proxy", "代理服务器要求登录", hint="请检查 HTTPS_PROXY 里的用户名和密码", where=where)
    if status == 429:
        return ModelError("rate", "模型服务说请求太快", hint="稍等片刻会自动再试", where=where)
    if status >= 500:
        return ModelError("server", f"模型服务出错（{status}）", hint="通常过一会儿就好", where=where)
    if status == 404 or (
        status == 400 and re.search(r"model.{0,40}not (?:exist|found)|模型不存在", words, re.IGNORECASE)
    ):
        return _not_found(words, where)
    if _TOO_LONG.search(words):
        return ModelError(
            "length", "这一节的内容超过了模型一次能读的长度", hint="请换一个上下文更长的模型", where=where
        )
    if 300 <= status < 400:
        return ModelError(
            "url", "模型服务要求转到别的地址，没有跟去", hint="请把 OPENAI_BASE_URL 改成最终地址", where=where
        )
    return ModelError("refused", f"模型服务不接受请求（{status}）：{said(words)}", where=where)


def _not_found(words: str, where: str) -> ModelError:
    """A 404 is either the model's name or the address."""
    if re.search(r"model|模型", words, re.IGNORECASE):
        return ModelError("model", "服务上没有这个模型", hint="请检查 YOUJU_MODEL 的写法", where=where)
    hint = "请检查 OPENAI_BASE_URL，一般以 /v1 结尾"
    return ModelError("url", "这个地址上没有 OpenAI 兼容的接口（404）", hint=hint, where=where)


def explain_connection(error: BaseException, where: str) -> ModelError:
    """Tell in Chinese why no connection came about, from the whole chain of causes."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    for each in chain:
        if isinstance(each, ModelError):
            return each
        if isinstance(each, EndpointError):
            return ModelError("private", each.message, hint=each.hint, where=each.where)
    names = {type(each).__name__ for each in chain}
    words = " ".join(str(each) for each in chain)
    for trouble in _TROUBLES:
        if names & trouble.errors or (trouble.words and trouble.words.search(words)):
            return ModelError(trouble.kind, trouble.message, hint=trouble.hint, where=where)
    if not any(type(each).__module__.startswith(("httpx2", "httpcore2", "openai", "langchain")) for each in chain):
        hint = "请检查 OPENAI_BASE_URL，一般以 /v1 结尾"
        return ModelError("protocol", "地址有回应，但不是 OpenAI 兼容的回答", hint=hint, where=where)
    return ModelError("server", "连不上模型服务", hint="请确认模型服务已经启动、地址和端口没有写错", where=where)


class _Trouble(NamedTuple):
    """A way in which a connection fails: names of exceptions, words in their texts, and what to say."""

    kind: FaultKind
    errors: frozenset[str]
    words: re.Pattern[str] | None
    message: str
    hint: str


_TROUBLES = (
    _Trouble(
        "proxy",
        frozenset({"ProxyError"}),
        re.compile(r"proxy|socks", re.IGNORECASE),
        "连不上代理服务器",
        "请检查 HTTP_PROXY 和 HTTPS_PROXY，或先取消它们",
    ),
    _Trouble(
        "timeout",
        frozenset({"APITimeoutError", "ReadTimeout", "ConnectTimeout", "WriteTimeout", "PoolTimeout", "TimeoutError"}),
        None,
        "模型服务太久没有回应",
        "请检查网络；本机模型可把等待时间调长",
    ),
    _Trouble(
        "url",
        frozenset({"gaierror"}),
        re.compile(r"getaddrinfo|Name or service|nodename"),
        "找不到模型服务的主机名",
        "请检查 OPENAI_BASE_URL 和网络",
    ),
    _Trouble(
        "url",
        frozenset({"SSLError", "SSLCertVerificationError"}),
        re.compile(r"CERTIFICATE_VERIFY_FAILED|\[SSL"),
        "安全连接建立不了",
        "可能是代理或公司网络换了证书，也可能地址应当用 http",
    ),
    _Trouble(
        "url",
        frozenset({"UnsupportedProtocol", "InvalidURL", "LocalProtocolError"}),
        None,
        "模型服务的地址写得不对",
        "请检查 OPENAI_BASE_URL",
    ),
    _Trouble(
        "cut",
        frozenset({"RemoteProtocolError", "ReadError", "IncompleteRead"}),
        None,
        "回答传到一半断了",
        "会自动再试",
    ),
)
