"""`python -m eval.polish [--heldout] [--misses]`: the guard against seeded alterations and faithful rewritings.

The guard was built on the first set. The later ones were written apart from it; at first contact it caught 80.0 % and
raised on 28.2 % of the third, 87.7 % and 24.2 % of the fourth. The faithful sentences of the fifth and sixth are
rewritten more freely (warm, formal, plain, shortened, reordered and in synonyms for each story): 90.0 % and 68.3 % of
the fifth, then 89.6 % and 41.7 % of the sixth, then 96.7 % and 60.0 % of the seventh. By now all have been learned
from: how the guard does on stories that nobody has learned from, only the ones kept aside can tell.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.drafting.guard import SourceText, guard_sentence
from assistant.privacy import NameBook

CASES = Path(__file__).parent / "cases" / "polish_v1.yaml"
LATER = tuple(CASES.parent / f"polish_v{number}.yaml" for number in (3, 4, 5, 6, 7))
HELD_OUT = (CASES.parent / "heldout" / "polish_v1.yaml", CASES.parent / "heldout" / "polish_v2.yaml")
LEAST_CAUGHT = 0.98
MOST_RAISED = 0.02
NAMES = NameBook.build(
    volunteers=["陈秀兰", "马德福", "周敏", "吴桂珍", "罗建平", "孙玉梅", "何晓雯", "董文秀", "徐月娥", "周志国"]
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard said of one sentence.

    Attributes:
        kind: Kind of the alteration, or empty for a faithful sentence.
        refused: The guard's reasons.
    """

    story: str
    kind: str
    sentence: str
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuardScore:
    """How the guard does."""

    verdicts: tuple[Verdict, ...]

    @property
    def altered(self) -> tuple[Verdict, ...]:
        """Sentences that must be refused."""
        return tuple(each for each in self.verdicts if each.kind)

    @property
    def faithful(self) -> tuple[Verdict, ...]:
        """Sentences that must stand."""
        return tuple(each for each in self.verdicts if not each.kind)

    @property
    def caught(self) -> float:
        """Share of alterations that are refused."""
        return sum(bool(each.refused) for each in self.altered) / len(self.altered)

    @property
    def raised(self) -> float:
        """Share of faithful sentences that are refused."""
        return sum(bool(each.refused) for each in self.faithful) / len(self.faithful)


def score_guard(*paths: Path) -> GuardScore:
    """Let the guard look at every sentence of the sets."""
    verdicts: list[Verdict] = []
    stories = [each for path in paths for each in yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]]
    for story in stories:
        source = SourceText(story["source"], NAMES)
        sentences = [("", each) for each in story["faithful"]] + [(kind, each) for kind, each in story["altered"]]
        for kind, sentence in sentences:
            refused = tuple(f"{each.kind}：{each.reason}" for each in guard_sentence(sentence, source))
            verdicts.append(Verdict(story["id"], kind, sentence, refused))
    return GuardScore(tuple(verdicts))


def main(*, misses: bool = False, heldout: bool = False) -> int:
    """Print the score, and each miss when asked; returns 1 when it falls short."""
    if not heldout:
        for path in LATER:
            later = score_guard(path)
            print(f"{path.stem}: caught {later.caught:.1%} of {len(later.altered)}, raised {later.raised:.1%}")
    score = score_guard(*(HELD_OUT if heldout else (CASES,)))
    print(f"alterations {len(score.altered)}: caught {score.caught:.1%} (at least {LEAST_CAUGHT:.0%})")
    print(f"faithful {len(score.faithful)}: raised {score.raised:.1%} (at most {MOST_RAISED:.0%})")
    kinds = Counter(each.kind for each in score.altered)
    caught = Counter(each.kind for each in score.altered if each.refused)
    print("by kind: " + ", ".join(f"{kind} {caught[kind]}/{count}" for kind, count in sorted(kinds.items())))
    for each in score.verdicts if misses else ():
        if bool(each.refused) != bool(each.kind):
            print(f"  {'missed ' + each.kind if each.kind else 'raised'} [{each.story}] {each.sentence} {each.refused}")
    return 0 if score.caught >= LEAST_CAUGHT and score.raised <= MOST_RAISED else 1


if __name__ == "__main__":
    raise SystemExit(main(misses="--misses" in sys.argv, heldout="--heldout" in sys.argv))
