"""What a call of a language model took, as it is kept with a report and shown to its author."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from assistant.data.values import PlainDecimal, Value


class ModelCall(Value):
    """One answer of a model.

    Attributes:
        section: Which section it was for.
        purpose: What was asked: `write`, `repair`, `polish`, `rank`.
        prompt: The prompt file with version and hash, `drafting/section.v1#5f2c…`.
        cost: In yuan; None when no price is known.
        seconds: Wall time of the call, waiting between attempts included.
        estimated: True when the server sent no counts.
    """

    section: str
    purpose: str
    model: str
    prompt: str
    tokens_in: int = Field(ge=0)
    tokens_out: int = Field(ge=0)
    tokens_cached: int = 0
    cost: PlainDecimal | None = None
    seconds: float = 0.0
    attempts: int = 1
    estimated: bool = False


class Spending(Value):
    """The calls of a section or of a whole report, added up."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: PlainDecimal | None = None
    seconds: float = 0.0

    def words(self) -> str:
        """Say it in one line for the author."""
        cost = "" if self.cost is None else f"，约 {self.cost:.3f} 元"
        return (
            f"调用模型 {self.calls} 次，读 {self.tokens_in} 写 {self.tokens_out} 词元{cost}，用时 {self.seconds:.1f} 秒"
        )


def add_up(calls: Iterable[ModelCall]) -> Spending:
    """Add up calls; the cost is unknown when one of them is."""
    listed = tuple(calls)
    costs = [each.cost for each in listed]
    known = [each for each in costs if each is not None]
    return Spending(
        calls=len(listed),
        tokens_in=sum(each.tokens_in for each in listed),
        tokens_out=sum(each.tokens_out for each in listed),
        cost=sum(known[1:], known[0]) if known and len(known) == len(costs) else None,
        seconds=sum(each.seconds for each in listed),
    )
