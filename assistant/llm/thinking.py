"""Separates what a model thinks from what it says, also while the answer is still coming in."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"<(think|thinking|reasoning)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_LONE_END = re.compile(r"\A(.*?)</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
# A tail that may still become a tag or a pseudonym, so that it is not shown yet.
_OPEN_TAIL = re.compile(r"(?:<[^<>]{0,12}|[〔【\[［（(〈《「][^〕】\]］）)〉》」]{0,14}|[A-Za-zＡ-Ｚａ-ｚ]{1,4})\Z")


def split_thinking(text: str) -> tuple[str, str]:
    """Return (what is said, what was thought); a block without an end is thought to its end.

    Some servers leave out the opening tag, so that everything before a lone closing tag was thought as well.
    """
    thoughts = [match[2].strip() for match in _BLOCK.finditer(text)]
    rest = _BLOCK.sub("", text)
    lone = _LONE_END.match(rest)
    if lone:
        thoughts.insert(0, lone[1].strip())
        rest = rest[lone.end() :]
    return rest.strip("\n"), "\n".join(each for each in thoughts if each)


def showable(text: str) -> str:
    """Return the part of a growing answer that can be shown: no thinking, and no tag or pseudonym cut in half."""
    return _OPEN_TAIL.sub("", split_thinking(text)[0])
