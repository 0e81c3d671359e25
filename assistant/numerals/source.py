"""The text under the finder: folded for reading, with the way back to the author's own characters."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.numerals.bounds import Bounds
from assistant.numerals.figures import Figure, Kind
from assistant.numerals.reading import fold, grain_of
from assistant.numerals.runs import CAPITALS, DIGIT_WORDS, NUMERALS, SCALES

_JOINTS = f"{SCALES}点分之个"
# Blanks that people and programs put inside and around a number; never between two numbers.
_BLANK = re.compile(
    rf"(?<=[0-9]) +(?=[^\x00-\x7f{NUMERALS}{CAPITALS}张方项包席门车曲①-⑳])"
    rf"|(?<=[0-9]) +(?=%|[kK](?![A-Za-z]))"
    rf"|(?<=[约近超过逾达到至足少多于第之共计和与或比负有为¥￥元币]) +(?=[0-9])"
    rf"|(?<=[{_JOINTS}]) +(?=[{DIGIT_WORDS}{_JOINTS}百])|(?<=[{NUMERALS}{CAPITALS}十]) +(?=[{_JOINTS}成折])|"
    rf"(?<=[{NUMERALS}]成) +(?=[{DIGIT_WORDS}](?![{NUMERALS}个项人户名]))|(?<=[点之个]) +(?=[0-9])"
    rf"|(?<=[0-9{NUMERALS}]) +(?=[0-9{NUMERALS}] *[折成])"
    r"|(?<=[0-9]) +(?=[-~—–] +[0-9])|(?<=[0-9] [-~—–]) +(?=[0-9])"
    rf"|(?<=[比于]) +(?=或|[0-9{NUMERALS}十百])|(?<=或) +(?=等)|(?<=[<>]) +(?==)|(?<=[<>=]) +(?=[0-9])|"
    rf"(?<=[0-9]) +(?=[大小高低])"
)


class Source:
    """A text, its folded form, and how offsets of the one lead to the other.

    Attributes:
        text: The author's text.
        folded: The same in half-width and simplified characters, without the blanks inside numbers.
    """

    __slots__ = ("_places", "folded", "text")

    def __init__(self, text: str) -> None:
        """Fold the text; offsets are mapped only where blanks had to go."""
        self.text = text
        self.folded = fold(text)
        self._places: list[int] | None = None
        if " " in self.folded:
            self._drop_blanks()

    def _drop_blanks(self) -> None:
        folded, at = self.folded, 0
        kept: list[str] = []
        places: list[int] = []
        for match in _BLANK.finditer(folded):
            kept.append(folded[at : match.start()])
            places.extend(range(at, match.start()))
            at = match.end()
        if at:
            kept.append(folded[at:])
            places.extend(range(at, len(folded)))
            self.folded, self._places = "".join(kept), places

    def cut(self, start: int, end: int) -> tuple[int, int, str]:
        """Return the author's offsets and characters for folded offsets."""
        if self._places is not None:
            start, end = self._places[start], self._places[end - 1] + 1
        return start, end, self.text[start:end]

    def figure(  # noqa: PLR0913, PLR0917 - one argument for each field of a figure
        self,
        start: int,
        end: int,
        kind: Kind,
        bounds: Bounds | None = None,
        value: Decimal | None = None,
        unit: str | None = None,
        step: Decimal | None = None,
        grain: Decimal | None = None,
        per: str | None = None,
        *,
        indefinite: bool = False,
    ) -> Figure:
        """Return a figure over folded offsets, with the author's offsets and text."""
        start, end, text = self.cut(start, end)
        if grain is None and value is not None:
            grain = grain_of(value)
        if bounds is None:
            return Figure(start, end, text, value, None, None, unit, kind, "none", step, grain, per=per)
        low, high, approximation, low_in, high_in = bounds
        return Figure(
            start, end, text, value, low, high, unit, kind, approximation, step, grain, low_in, high_in, per, indefinite
        )
