"""A model's grades for case notes: one note a prompt, read as JSON, checked, and weighed by the declared criteria.

The model grades, it does not choose: the order comes from its grades and the weights of `CaseWords`, and what it gives
as its reason is the number of a sentence, which is shown in the note's own words.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.drafting.asking import KeepReply, ask_prompt
from assistant.drafting.phrasings import CaseWords
from assistant.drafting.storytelling import StorySource
from assistant.llm.messages import Chat
from assistant.prompts import Material, PromptBook, escape_data

Grade = Annotated[int, Field(ge=0, le=2)]
Mark = Literal["健康", "贫困", "纠纷", "未成年人"]
MOST_TOKENS = 300
_MOST_SENTENCES = 3
_SENTENCE = re.compile(r"[Ss]?\s?(\d{1,3})")
_SAID = {
    "background": ("起因没有说清", "起因说得不全", "起因说清了"),
    "process": ("经过没有说清", "经过说得不全", "经过说清了"),
    "result": ("结果没有说清", "结果说得不全", "结果说清了"),
    "warmth": ("", "有互助的做法", "互助的做法写得实"),
    "difficulty": ("", "事情有些难办", "事情很难办"),
}


class NoteGrades(BaseModel):
    """What a model is asked to say of one note; anything else that it sends is not read.

    Attributes:
        sentences: The sentences that the grades stand on most, as `S2`.
        sensitive: What the note touches.
        failed: True when the matter did not come off.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    background: Grade
    process: Grade
    result: Grade
    warmth: Grade
    difficulty: Grade
    sentences: list[str] = Field(default_factory=list, max_length=20)
    sensitive: list[Mark] = Field(default_factory=list, max_length=4)
    failed: bool = False


@dataclass(frozen=True, slots=True)
class GradedNote:
    """A note with its grades.

    Attributes:
        score: What speaks for it by the declared weights, to be compared with the scores of other graded notes.
        reasons: The grades in words, and the note's own sentences that they stand on.
    """

    score: float
    reasons: tuple[str, ...]
    sensitive: tuple[str, ...]


def grade_note(
    chat: Chat,
    prompts: PromptBook,
    story: StorySource,
    words: CaseWords,
    *,
    linked: bool,
    cancel: threading.Event | None = None,
    keep_reply: KeepReply | None = None,
) -> GradedNote:
    """Have a model grade one note.

    Args:
        chat: The model.
        prompts: The prompt files.
        story: The note as readers may see it.
        words: The declared criteria and their weights.
        linked: True when a register holds the note's matter, which the model cannot know.
        cancel: When set, the call ends at once.
        keep_reply: Called with every reply that it took, and the prompt.

    Raises:
        ModelError: When no valid answer comes about, whichever way it is asked for.
    """
    lines = "\n".join(
        f"S{number}｜{escape_data(story.source.sentence(number).strip())}"
        for number in range(1, len(story.source.sentences) + 1)
    )
    rendered = prompts.get("cases/rank").render({"note": [Material(label="记事", text=lines, escaped=True)]})
    grades = ask_prompt(chat, rendered, NoteGrades, cancel=cancel, max_tokens=MOST_TOKENS, keep_reply=keep_reply)
    return GradedNote(_score(grades, words, linked=linked), _reasons(grades, story), tuple(grades.sensitive))


def _score(grades: NoteGrades, words: CaseWords, *, linked: bool) -> float:
    """Weigh grades as `cases.choose_cases` weighs what it counts: complete up to once, the others up to four times."""
    complete = (grades.background + grades.process + grades.result) / 6
    return (
        words.complete * complete
        + words.linked * linked
        + words.warmth * 2 * grades.warmth
        + words.difficulty * 2 * grades.difficulty
        - words.sensitive * len(set(grades.sensitive))
    )


def _reasons(grades: NoteGrades, story: StorySource) -> tuple[str, ...]:
    said = [steps[getattr(grades, name)] for name, steps in _SAID.items()]
    if grades.failed:
        said.append("事情没有办成，如实写也是好案例")
    numbers = [int(match[1]) for each in grades.sentences if (match := _SENTENCE.fullmatch(each.strip()))]
    known = [each for each in dict.fromkeys(numbers) if 1 <= each <= len(story.source.sentences)]
    quoted = [f"依据：“{story.source.sentence(each).strip()}”" for each in known[:_MOST_SENTENCES]]
    return tuple(each for each in (*said, *quoted) if each)
