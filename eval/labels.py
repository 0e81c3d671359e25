"""Reads the labelled texts of `eval/cases/`.

A text carries its labels inline: `⟦written|verdicts:errors#subject|claim|expected|because⟧`.

- written: the words of the figure as they stand in the text.
- verdicts: one acceptable verdict of the contract, or several joined by `/`; the first is the best one. After a colon
  the acceptable error kinds, the first being the best. After `#` what it is when it is no number: `name`, `quote`,
  `leftover`.
- claim: the key or formula of `eval.truth` that the figure speaks of; readings that fit equally are joined by ` or `.
- expected: for an error, the value (or words) that the records give.
- because: for an error, the key or formula from which the wrong number comes (last year's, another category's).

Parts at the end may be left out. The marks are stripped when a case is loaded; offsets count code points of what is
left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from eval.communities import COMMUNITIES

CASES = Path(__file__).resolve().parent / "cases"
MARK = re.compile(r"⟦([^⟦⟧]*)⟧")
VERDICTS = frozenset({"supported", "rounded", "contradicted", "inconsistent", "unsupported", "exempt"})
ERRORS = frozenset(
    {
        "value",
        "period",
        "category",
        "unit",
        "magnitude",
        "direction",
        "rank",
        "denominator",
        "wording",
        "arithmetic",
        "repeat",
    }
)
SUBJECTS = frozenset({"name", "quote", "leftover"})
WRONG = frozenset({"contradicted", "inconsistent"})


class CaseError(ValueError):
    """A case file that is not written as it should be."""


@dataclass(frozen=True)
class Label:
    """What a good checker says of one figure.

    Attributes:
        verdicts: Acceptable verdicts, best first.
        errors: Acceptable kinds of error, best first; empty when it is no error.
        subject: `name`, `quote` or `leftover` when it is no number.
        claims: Keys or formulas that it may be taken to speak of.
        expected: Value or words that the records give, as written in the file.
        because: Where a wrong number comes from.
    """

    start: int
    end: int
    text: str
    verdicts: tuple[str, ...]
    errors: tuple[str, ...] = ()
    subject: str | None = None
    claims: tuple[str, ...] = ()
    expected: str | None = None
    because: str | None = None

    @property
    def is_error(self) -> bool:
        """True when only `contradicted` or `inconsistent` will do."""
        return set(self.verdicts) <= WRONG

    @property
    def may_be_error(self) -> bool:
        """True when `contradicted` or `inconsistent` is acceptable."""
        return bool(WRONG & set(self.verdicts))

    @property
    def is_exempt(self) -> bool:
        """True when it is no statistic."""
        return self.verdicts == ("exempt",)

    @property
    def is_true(self) -> bool:
        """True when the records bear it out."""
        return set(self.verdicts) <= {"supported", "rounded"}

    @property
    def is_figure(self) -> bool:
        """True when it is a number or a superlative, not a name, quotation or leftover."""
        return self.subject is None


@dataclass(frozen=True)
class Case:
    """A labelled text.

    Attributes:
        hand: Who writes like this, in Chinese.
        correct: True when nothing in it is wrong.
        heldout: True when it is kept aside while the checker is tuned.
    """

    name: str
    community: str
    period: str
    hand: str
    correct: bool
    heldout: bool
    text: str
    labels: tuple[Label, ...]
    marked: str


def load_cases(*, heldout: bool = False) -> tuple[Case, ...]:
    """Load the cases for tuning, or the quarter that is kept aside.

    A claim case is named after its community; other kinds of cases lie in the same folder.
    """
    folder = CASES / "heldout" if heldout else CASES
    paths = (path for path in sorted(folder.glob("*_v*.yaml")) if path.name.partition("_")[0] in COMMUNITIES)
    return tuple(load_case(path) for path in paths)


def load_case(path: Path) -> Case:
    """Load one case file.

    Raises:
        CaseError: When a mark is not written as it should be.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    marked = str(data["text"])
    text, labels = strip_marks(marked, path.name)
    return Case(
        name=path.stem,
        community=data["community"],
        period=str(data["period"]),
        hand=data["hand"],
        correct=bool(data.get("correct", False)),
        heldout=path.parent.name == "heldout",
        text=text,
        labels=labels,
        marked=marked,
    )


def strip_marks(marked: str, name: str = "text") -> tuple[str, tuple[Label, ...]]:
    """Take the marks out of a text and return it with its labels."""
    parts: list[str] = []
    labels: list[Label] = []
    length = position = 0
    for found in MARK.finditer(marked):
        before = marked[position : found.start()]
        parts.append(before)
        length += len(before)
        label = _read_mark(found[1], length, name)
        parts.append(label.text)
        length += len(label.text)
        labels.append(label)
        position = found.end()
    parts.append(marked[position:])
    text = "".join(parts)
    if "⟦" in text or "⟧" in text:
        raise CaseError(f"{name}: a mark is not closed")
    return text, tuple(labels)


def _read_mark(mark: str, start: int, name: str) -> Label:
    text, judgement, claim, expected, because, *rest = (*mark.split("|"), "", "", "", "")
    if any(rest) or not judgement or not text:
        raise CaseError(f"{name}: cannot read the mark {mark!r}")
    judgement, _, subject = judgement.partition("#")
    spoken, _, kinds = judgement.partition(":")
    verdicts = tuple(spoken.split("/"))
    errors = tuple(kinds.split("/")) if kinds else ()
    unknown = (set(verdicts) - VERDICTS) | (set(errors) - ERRORS) | ({subject} - SUBJECTS - {""})
    if unknown:
        raise CaseError(f"{name}: {sorted(unknown)} in the mark {mark!r}")
    return Label(
        start=start,
        end=start + len(text),
        text=text,
        verdicts=verdicts,
        errors=errors,
        subject=subject or None,
        claims=tuple(part.strip() for part in claim.split(" or ")) if claim else (),
        expected=expected or None,
        because=because or None,
    )
