"""Reversible pseudonyms for text that goes to an endpoint which is not on this machine.

A person, phone, number or door becomes a token such as `〔阿姨KTBQ〕`: a word that tells a model what stands there (so
that 他 and 她 come out right) and four Latin consonants. This form was chosen for what models do to tokens:

* no digit, so that a token is never taken for a figure of the report (a model writes no digits at all here);
* consonants only, so that a code is never a word or a common abbreviation, and is copied letter by letter;
* the code alone decides: `【阿姨KTBQ】`, `（KTBQ）`, `阿姨 ktbq` and full-width letters are restored all the same;
* plausible false surnames would read better, but a lost marker then leaves a false name in the report for good, while
  a code that the model garbled is seen (`unknown_tokens`) and is never guessed at.

Codes come from a keyed hash over the workspace's secret: the same person has the same token in every call, and a note
cannot contain a token that the veil would turn into somebody's name.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from assistant.data.values import Value
from assistant.errors import EndpointError
from assistant.privacy.finding import Mention, MentionKind, find_mentions
from assistant.privacy.names import NameBook
from assistant.privacy.surnames import KIN_TITLES, POST_TITLES

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_ROLE_HINTS = {"resident": "居民", "volunteer": "志愿者", "other": "工作人员"}
_MARK_HINTS: dict[MentionKind, str] = {
    "phone": "电话", "id": "证件", "card": "卡号", "plate": "车牌", "mail": "邮箱", "wechat": "微信", "door": "住址",
    "community": "小区", "guess": "姓名", "name": "居民", "form": "邻居",
}  # fmt: skip
_OPENING, _CLOSING = "〔【[［（(〈《「", "〕】]］）)〉》」"
_WORDS = {*_ROLE_HINTS.values(), *_MARK_HINTS.values(), *KIN_TITLES, *POST_TITLES, "某人"}
_HINTS = sorted(_WORDS, key=lambda each: (-len(each), each))
_CODE = re.compile(
    rf"(?P<open>[{re.escape(_OPENING)}])?[ \t]*(?P<hint>{'|'.join(_HINTS)})?[ \t]*"
    r"(?<![A-Za-zＡ-Ｚａ-ｚ0-9_])(?P<code>[A-Za-zＡ-Ｚａ-ｚ]{4})(?![A-Za-zＡ-Ｚａ-ｚ0-9_])"
    rf"[ \t]*(?P<close>[{re.escape(_CLOSING)}])?"
)
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
_BETWEEN = re.compile(r"[\s·•.\-_*|~^'\"`]+")


class Leak(Value):
    """Something in an outgoing payload that identifies somebody; never the value itself, since it may be logged.

    Attributes:
        kind: What was found (`name`, `phone`, `door`, …).
        where: Path of the string in the payload (`messages[1].content`).
        start: Offset in that string.
    """

    kind: str
    where: str
    start: int


class Veil:
    """Covers and uncovers text for one workspace; safe to share between threads.

    Args:
        names: Everybody whom the registers name.
        secret: The workspace's secret; the same secret gives the same tokens.
        hide_community: Whether the community's own name is covered as well.
    """

    def __init__(self, names: NameBook, secret: bytes, *, hide_community: bool = True) -> None:
        self._names = names if hide_community else names.model_copy(update={"communities": ()})
        self._secret = secret
        self._codes: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._lock = threading.Lock()
        for person in self._names.people:
            self._code(person.name)

    def __repr__(self) -> str:
        """Show how much is covered, never what."""
        return f"Veil({len(self._codes)} values)"

    def cover(self, text: str) -> str:
        """Replace everything that identifies somebody by tokens; the same thing always gets the same token."""
        covered = text.translate(_INVISIBLE)
        for _ in range(3):
            mentions = find_mentions(covered, self._names, guess=True, strict=False)
            if not mentions:
                break
            parts: list[str] = []
            done = 0
            for mention in mentions:
                parts += [covered[done : mention.start], self._token(mention)]
                done = mention.end
            covered = "".join([*parts, covered[done:]])
        for value in self._known():
            if value in covered:
                covered = covered.replace(value, f"〔姓名{self._code(value)}〕")
        return covered

    def uncover(self, text: str) -> str:
        """Put the names back, whatever brackets or hint the model left around a code."""
        parts: list[str] = []
        done = 0
        for match in _CODE.finditer(text):
            value = self._values.get(_plain_code(match["code"]))
            if value is None or match.start() < done:
                continue
            start, end = _token_span(match)
            title = self._titles.get(value, "")
            parts += [text[done:start], value]
            done = end + (len(title) if title and text.startswith(title, end) else 0)
        return "".join([*parts, text[done:]])

    def unknown_tokens(self, text: str) -> tuple[str, ...]:
        """Return what looks like a token but stands for nobody: the model garbled or invented it."""
        return tuple(
            match.group().strip()
            for match in _CODE.finditer(text)
            if match["open"] and match["hint"] and _plain_code(match["code"]) not in self._values
        )

    def legend(self, text: str) -> tuple[tuple[str, str], ...]:
        """Return (what stands in the text, the token that is sent instead), for the preview of `youju doctor`."""
        mentions = find_mentions(text.translate(_INVISIBLE), self._names, guess=True, strict=False)
        return tuple(dict.fromkeys((mention.text, self._token(mention)) for mention in mentions))

    def scan(self, payload: object) -> tuple[Leak, ...]:
        """Look for anything that identifies somebody in an outgoing payload: text, or JSON-like data of any depth.

        Looks at the text as it is, at its compatibility form (full-width digits), and for registered names also at the
        text without blanks and strokes, so that these inside a name do not hide it.
        """
        leaks: list[Leak] = []
        for where, text in _strings(payload, ""):
            leaks += self._leaks_in(text, where)
        return tuple(leaks)

    def guard(self, payload: object) -> None:
        """Let a payload pass only when nothing in it identifies anybody.

        Raises:
            EndpointError: When something does; the message tells kinds and places, never the values.
        """
        leaks = self.scan(payload)
        if leaks:
            kinds = "、".join(sorted({_KIND_WORDS.get(leak.kind, leak.kind) for leak in leaks}))
            raise EndpointError(
                f"要发出的内容里还有没有遮住的{kinds}（{len(leaks)} 处），没有发送",
                hint="请用 youju doctor 看看会发出什么；这是程序的问题，可以先改用内置写稿",
                where=leaks[0].where,
            )

    def _leaks_in(self, text: str, where: str) -> Iterator[Leak]:
        """Yield the leaks of one string."""
        for form in dict.fromkeys((text, unicodedata.normalize("NFKC", text).translate(_INVISIBLE))):
            for mention in find_mentions(form, self._names, strict=False):
                yield Leak(kind=mention.kind, where=where, start=mention.start)
        solid = _BETWEEN.sub("", text.translate(_INVISIBLE))
        for value in self._known():
            if value in solid:
                yield Leak(kind="name", where=where, start=max(0, text.find(value)))

    def _known(self) -> tuple[str, ...]:
        """Return what is secret wherever it stands: whatever was covered once and is no chance pair of characters."""
        with self._lock:
            return tuple(value for value in self._codes if len(value) >= 3)

    def _token(self, mention: Mention) -> str:
        """Return the token of a mention; a title behind a full name stays in the open."""
        if mention.kind == "name":
            role = mention.person.role if mention.person else "resident"
            return f"〔{_ROLE_HINTS[role]}{self._code(mention.key)}〕{mention.title}"
        hint = _MARK_HINTS[mention.kind]
        if mention.kind == "form":
            hint = mention.title if mention.title in _HINTS else "某人" if "某" in mention.title else hint
            if mention.title in _HINTS:
                with self._lock:
                    self._titles[mention.key] = mention.title
        return f"〔{hint}{self._code(mention.key)}〕"

    def _code(self, value: str) -> str:
        """Return the code of a value, drawn from the keyed hash; the next one where two values would share it."""
        with self._lock:
            known = self._codes.get(value)
            if known is not None:
                return known
            for attempt in range(10_000):
                digest = hmac.new(self._secret, f"{attempt}\0{value}".encode(), hashlib.sha256).digest()
                code = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:4])
                if code not in self._values:
                    self._codes[value], self._values[code] = code, value
                    return code
        raise EndpointError("要遮住的名字太多，没有发送", hint="请改用内置写稿，或在本机运行模型")


_KIND_WORDS = {
    "name": "姓名", "form": "称呼", "guess": "姓名", "community": "小区名", "phone": "电话", "id": "证件号",
    "card": "银行卡号", "plate": "车牌", "mail": "邮箱", "wechat": "微信号", "door": "门牌",
}  # fmt: skip


def _plain_code(letters: str) -> str:
    """Return a code in capital ASCII letters."""
    return unicodedata.normalize("NFKC", letters).upper()


def _token_span(match: re.Match[str]) -> tuple[int, int]:
    """Return the span that a token takes, with the hint and the brackets that belong to it."""
    start = match.start("code")
    if match["hint"] is not None:
        start = match.start("hint")
    end = match.end("code")
    if match["open"] is not None:
        start = match.start("open")
        if match["close"] is not None:
            end = match.end("close")
    elif match["close"] == "〕":
        end = match.end("close")
    return start, end


def _strings(payload: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield every string of JSON-like data with its path; bytes are decoded, other scalars written out."""
    if isinstance(payload, str):
        yield where, payload
    elif isinstance(payload, (bytes, bytearray)):
        yield where, payload.decode("utf-8", errors="replace")
    elif isinstance(payload, Mapping):
        for key, value in payload.items():
            yield f"{where}.<key>", str(key)
            yield from _strings(value, f"{where}.{key}" if where else str(key))
    elif isinstance(payload, Sequence):
        for index, value in enumerate(payload):
            yield from _strings(value, f"{where}[{index}]")
    elif payload is not None and not isinstance(payload, (bool, int, float)):
        yield where, str(payload)
