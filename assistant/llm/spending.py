"""Tokens and yuan: the price table, and a budget that stops in time."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fnmatch import fnmatchcase

from assistant.data.values import Value
from assistant.llm.faults import ModelError

_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


class Price(Value):
    """What a million tokens cost, in yuan; `model` is a pattern (`qwen-plus*`)."""

    model: str
    input: Decimal
    output: Decimal
    cached: Decimal | None = None


def _price(model: str, given: str, written: str, cached: str | None = None) -> Price:
    """Write a price of the default table."""
    return Price(model=model, input=Decimal(given), output=Decimal(written), cached=Decimal(cached) if cached else None)


# List prices change: these are a starting point for the budget, the author's own table in the settings comes first.
DEFAULT_PRICES = (
    _price("deepseek-reasoner*", "4", "16", "1"),
    _price("deepseek*", "2", "8", "0.5"),
    _price("qwen-max*", "2.4", "9.6"),
    _price("qwen-plus*", "0.8", "2"),
    _price("qwen-turbo*", "0.3", "0.6"),
    _price("moonshot-v1*", "12", "12"),
    _price("glm-4-flash*", "0", "0"),
    _price("gpt-4o-mini*", "1.1", "4.4", "0.55"),
)


def cost_of(
    prices: tuple[Price, ...], model: str, tokens_in: int, tokens_out: int, tokens_cached: int
) -> Decimal | None:
    """Return the cost in yuan, or None when no price is known for the model."""
    for price in prices:
        if fnmatchcase(model.rsplit("/", 1)[-1].lower(), price.model.lower()):
            cached = price.input if price.cached is None else price.cached
            total = price.input * (tokens_in - tokens_cached) + cached * tokens_cached + price.output * tokens_out
            return total / 1_000_000
    return None


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text, rather too many: one for a Chinese character, one for three others."""
    han = len(_HAN.findall(text))
    return han + (len(text) - han + 2) // 3


class Budget:
    """A limit over several calls, in tokens or yuan; calls under way are counted with what they may still take.

    Args:
        tokens: Most tokens, sent and received together; None for no limit.
        yuan: Most yuan; calls of a model without a known price count no yuan.
    """

    def __init__(self, tokens: int | None = None, yuan: Decimal | None = None) -> None:
        self._limit = (tokens, yuan)
        self._spent = (0, Decimal(0))
        self._reserved = (0, Decimal(0))
        self._lock = threading.Lock()

    @property
    def tokens(self) -> int:
        """Tokens spent so far."""
        return self._spent[0]

    @property
    def yuan(self) -> Decimal:
        """Yuan spent so far."""
        return self._spent[1]

    @contextmanager
    def reserve(self, tokens: int, yuan: Decimal) -> Iterator[None]:
        """Hold what a call may take at most while it is under way.

        Raises:
            ModelError: When the budget would not suffice for it.
        """
        with self._lock:
            held = (self._reserved[0] + tokens, self._reserved[1] + yuan)
            most_tokens, most_yuan = self._limit
            if most_tokens is not None and self._spent[0] + held[0] > most_tokens:
                raise ModelError(
                    "budget",
                    f"快到设定的用量上限（{most_tokens} 词元），已停止调用模型",
                    hint="其余各节用内置写稿完成；要继续请调高上限",
                )
            if most_yuan is not None and self._spent[1] + held[1] > most_yuan:
                raise ModelError(
                    "budget",
                    f"快到设定的花费上限（{most_yuan} 元），已停止调用模型",
                    hint="其余各节用内置写稿完成；要继续请调高上限",
                )
            self._reserved = held
        try:
            yield
        finally:
            with self._lock:
                self._reserved = (self._reserved[0] - tokens, self._reserved[1] - yuan)

    def add(self, tokens: int, yuan: Decimal | None) -> None:
        """Count what a call has taken."""
        with self._lock:
            self._spent = (self._spent[0] + tokens, self._spent[1] + (yuan or Decimal(0)))
