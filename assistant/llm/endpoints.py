"""Addresses and HTTP clients, with the last scan of every request's bytes.

Nothing follows redirects, because a local server could send the prompt elsewhere, and a local endpoint never goes
through a proxy of the environment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.llm.faults import ModelError
from assistant.privacy import is_loopback

if TYPE_CHECKING:
    import httpx2

    from assistant.privacy import Veil

OPENAI_URL = "https://api.openai.com/v1"


def checked_url(url: str | None) -> str:
    """Return the endpoint's base URL.

    Raises:
        ModelError: When it is no http(s) address, or carries a user name.
    """
    text = (url or OPENAI_URL).strip()
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise ModelError("url", f"模型服务的地址写得不对：{text}", hint="请检查 OPENAI_BASE_URL") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ModelError(
            "url",
            f"模型服务的地址写得不对：{text}",
            hint="地址要以 http:// 或 https:// 开头，例如 https://api.deepseek.com/v1",
        )
    if "@" in parts.netloc:
        raise ModelError("url", "模型服务的地址里不要写用户名和密码", hint="密钥请放在 OPENAI_API_KEY 里")
    return text


def place_of(url: str) -> str:
    """Return host and port of a URL for messages."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def guarded_client(url: str, veil: Veil | None, *, open_remote: bool, timeout: float) -> httpx2.Client:
    """Make the HTTP client of an endpoint, with a hook that reads every request before it is sent.

    Args:
        url: The endpoint's base URL.
        veil: Scans what goes out; None only where nothing needs to be covered.
        open_remote: True when the author chose to send text to a remote host as it is.
        timeout: Longest silence in seconds; connecting gets at most ten.
    """
    import httpx2

    def look(request: httpx2.Request) -> None:
        local = is_loopback(str(request.url))
        if veil is not None:
            veil.guard(_payload(request.read()))
        elif not local and not open_remote:
            raise ModelError(
                "private", "没有遮名就要发往别的机器，没有发送", hint="这是程序的问题，请告诉我们", where=place_of(url)
            )

    try:
        return httpx2.Client(
            timeout=httpx2.Timeout(timeout, connect=min(10.0, timeout)),
            follow_redirects=False,
            # A model thinks for seconds: a connection kept open saves little, and is one more thing to close.
            limits=httpx2.Limits(max_keepalive_connections=0),
            trust_env=not is_loopback(url),
            event_hooks={"request": [look]},
        )
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        hint = "请检查 HTTP_PROXY、HTTPS_PROXY、ALL_PROXY；暂不支持 socks 代理"
        raise ModelError("proxy", "代理设置用不了", hint=hint) from error


def _payload(body: bytes) -> object:
    """Read a request's body as JSON, so that escapes cannot hide a name; anything else is scanned as text."""
    try:
        return json.loads(body) if body else ""
    except ValueError:
        return body


def quiet_libraries() -> None:
    """Keep the HTTP libraries from logging requests, which hold text and headers, whatever the environment asks for."""
    import logging

    for name in ("openai", "httpx", "httpx2", "httpcore", "httpcore2", "langsmith", "langchain_openai"):
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.WARNING:
            logger.setLevel(logging.WARNING)
