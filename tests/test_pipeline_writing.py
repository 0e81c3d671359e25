"""Reports written with a model that misbehaves in every way: the draft stays true, and its author is told."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pytest

from assistant.data.facts import StatedFact
from assistant.data.reports import Draft, Outline, OutlineSection
from assistant.data.tables import Note
from assistant.llm import Budget, Message, ModelError, Reply
from assistant.numerals import Period
from assistant.pipeline.records import Records
from assistant.pipeline.writing import ModelDraft, SectionProgress, WritingOptions, draft_with_model
from assistant.store import Store, model_calls, workspace_secret
from assistant.testing import ScriptedChat, scripted_reply
from tests.builders import KNOWLEDGE, make_entry, open_warehouse

PERIOD = Period.parse("2025")
STORY = """# 三楼的灯
同意公开：化名
记录人：周敏

3月2日，住三楼的王桂英来登记，说楼道灯坏了，晚上不敢下楼。
周敏当天去看，灯座锈穿了，换灯泡没有用。
3月5日，马德福带着工具来换了灯座。
王桂英说：“这下看得见台阶了。”
"""
OUTLINE = Outline(
    id="small",
    name="小结",
    sections=(
        OutlineSection(id="title", heading="2025年度小结", level=0),
        OutlineSection(
            id="problems",
            heading="问题解决",
            goal="登记了多少、解决了多少",
            plans=("problems.total", "problems.growth", "problems.kinds"),
            metrics=("issues.registered", "issues.closed", "issues.closed_rate"),
        ),
    ),
)


def issue(number: int, year: int, category: str, *, solved: bool) -> dict[str, object]:
    day = f"{year}-{number % 12 + 1:02}"
    done = (
        {"closed_at": f"{day}-05T09:00:00", "result": "已解决", "status": "已办结"} if solved else {"status": "处理中"}
    )
    return {
        "code": f"Q{year}{number:03}", "registered_at": f"{day}-01T09:00:00", "category": category,
        "channel": "电话", "handler": "马德福", "reporter": "王桂英", **done,
    }  # fmt: skip


@cache
def small_records() -> Records:
    """Twelve issues of 2025 (nine solved), ten of 2024, and one note."""
    rows = [issue(each, 2025, "卫生" if each < 5 else "设施", solved=each < 9) for each in range(12)]
    rows += [issue(each + 2, 2024, "卫生", solved=each < 5) for each in range(10)]
    note = Note(id="n1", file="三楼的灯.md", sha256="0" * 64, title="三楼的灯", text=STORY)
    warehouse = open_warehouse(make_entry("issues", rows))
    return Records(knowledge=KNOWLEDGE, warehouse=warehouse, notes=(note,))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One workspace for all: every draft is a report of its own."""
    opened = Store(tmp_path_factory.mktemp("workspace"))
    yield opened
    opened.close()


def rows_of(messages: Sequence[Message]) -> dict[str, str]:
    """Return the facts that a prompt offers: name with its scope → alias."""
    asked = next(each.content for each in reversed(messages) if "<资料 数据>" in each.content)
    found = re.findall(r"^(F\d+)｜(.*?)(?:（([^）]*)）)?：", asked, re.MULTILINE)
    return {f"{name}{scope}": alias for alias, name, scope in found}


def speak(template: str) -> Callable[[Sequence[Message]], str]:
    """Answer with a template in which <登记问题> stands for the alias of that fact."""

    def answer(messages: Sequence[Message]) -> str:
        rows = rows_of(messages)
        return re.sub(r"<([^<>\n]+)>", lambda match: rows[match[1]] if match[1] in rows else match.group(), template)

    return answer


GOOD = "全年登记居民反映的问题{{<登记问题>}}，办结{{<办结问题>}}，办结率{{<办结率>}}。"


def write(
    store: Store, *answers: object, otherwise: object = None, **options: object
) -> tuple[ModelDraft, ScriptedChat]:
    """Draft the small outline with a scripted model."""
    chat = ScriptedChat(otherwise=otherwise if otherwise is not None else speak(GOOD))  # type: ignore[arg-type]
    chat.enqueue(*answers)  # type: ignore[arg-type]
    records = options.pop("records", None) or small_records()
    outline = options.pop("outline", OUTLINE)
    written = draft_with_model(
        records, PERIOD, outline, chat=chat, store=store, naming="surname",  # type: ignore[arg-type]
        options=WritingOptions(**options),  # type: ignore[arg-type]
    )  # fmt: skip
    return written, chat


def body(draft: Draft, section_id: str = "problems") -> str:
    section = next(each for each in draft.sections if each.id == section_id)
    return draft.text[section.start : section.end].partition("\n\n")[2]


def told(draft: Draft, section_id: str = "problems") -> str:
    return "\n".join(next(each.told for each in draft.sections if each.id == section_id))


def test_a_good_answer_stands_and_its_cost_is_told(store: Store) -> None:
    """Slots are printed and bound; tokens are kept with the report and told beside the section."""
    written, chat = write(store, speak(GOOD))
    assert body(written.draft) == "全年登记居民反映的问题12项，办结9项，办结率75%。"
    assert {each.text for each in written.draft.bindings} == {"12项", "9项", "75%"}
    assert written.draft.sections[1].writer == "model"
    assert len(chat.calls) == 1
    assert model_calls(store, written.draft.report.id) == written.calls
    assert "调用模型 1 次" in told(written.draft)


@dataclass(frozen=True)
class Case:
    """A misbehaviour: what the model answers (always, or once), and what the draft must and must not hold."""

    id: str
    answer: object
    never: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    once: bool = True


CASES = (
    Case("wrong digit", f"全年登记问题315项，比去年多。{GOOD}", never=("315",), holds=("12项",)),
    Case("wrong digit for ever", f"全年登记问题315项。{GOOD}", never=("315",), holds=("9项",), once=False),
    Case("bare digit of the fact", "全年登记问题12项，办结问题{{<办结问题>}}。", holds=("12项",)),
    Case("digit in words", f"全年共解决问题三百余件。{GOOD}", never=("三百",)),
    Case("single braces", "登记问题{<登记问题>}，办结问题{<办结问题>}。", holds=("12项", "9项"), never=("{", "}")),
    Case("spaces in braces", "登记问题{{ <登记问题> }}，办结问题{{ <办结问题> }}。", holds=("12项", "9项")),
    Case("full-width braces", "登记问题｛｛<登记问题>｝｝，办结率｛<办结率>｝。", holds=("12项", "75%"), never=("｛",)),
    Case(
        "square brackets", "登记问题[<登记问题>]，办结问题【<办结问题>】。", holds=("12项", "9项"), never=("[F", "【F")
    ),
    Case("bare alias", "登记问题<登记问题>，办结问题{{<办结问题>}}。", holds=("12项", "9项"), never=("F1",)),
    Case("invented alias", f"全年走访居民{{{{F777}}}}。{GOOD}", never=("F777", "走访"), holds=("12项",)),
    Case("alias of an example", f"全年登记问题{{{{F1}}}}。{GOOD}", never=("F1",), holds=("12项",)),
    Case(
        "value after its slot",
        "登记问题{{<登记问题>}}为12项，办结问题{{<办结问题>}}（9项）。",
        holds=("登记问题12项，办结问题9项",),
    ),
    Case("wrong value after its slot", f"登记问题{{{{<登记问题>}}}}为15项。{GOOD}", never=("15",), holds=("9项",)),
    Case(
        "unit again", "登记问题{{<登记问题>}}项，办结率{{<办结率>}}%。", holds=("12项，", "75%。"), never=("项项", "%%")
    ),
    Case(
        "swapped slots",
        f"登记问题{{{{<办结问题>}}}}，办结问题{{{{<登记问题>}}}}。{GOOD}",
        never=("登记问题9项",),
        holds=("12项",),
    ),
    Case(
        "swapped for ever",
        "登记问题{{<办结问题>}}，办结问题{{<登记问题>}}。",
        never=("登记问题9项", "办结问题12项"),
        once=False,
    ),
    Case("wrong direction", f"登记问题同比下降{{{{<登记问题同比增长率>}}}}。{GOOD}", never=("下降",), holds=("12项",)),
    Case("thinking", f"<think>登记了315项？</think>{GOOD}", never=("315", "think"), holds=("12项",)),
    Case("thinking without an end", f"{GOOD}<think>还要写 999", never=("999", "think"), holds=("12项",)),
    Case("a heading", f"## 问题解决\n\n{GOOD}", never=("##\n", "## 问题解决\n\n## "), holds=("12项",)),
    Case(
        "bullets",
        "- 登记问题{{<登记问题>}}\n- 办结问题{{<办结问题>}}",
        holds=("登记问题12项。办结问题9项。",),
        never=("- ",),
    ),
    Case(
        "numbered list", "1. 登记问题{{<登记问题>}}。\n2. 办结问题{{<办结问题>}}。", never=("1.", "2."), holds=("12项",)
    ),
    Case("bold", "登记问题**{{<登记问题>}}**。", holds=("登记问题12项",), never=("**",)),
    Case("a table", f"| 指标 | 数 |\n|---|---|\n| 登记 | 315 |\n\n{GOOD}", never=("315", "|"), holds=("12项",)),
    Case("code fence", f"```\n{GOOD}\n```", never=("```",), holds=("12项",)),
    Case(
        "English",
        "This year the community registered 315 issues and solved most of them.",
        never=("315", "This"),
        holds=("12项",),
    ),
    Case(
        "an English sentence",
        f"{GOOD}In summary, everything went well for all residents.",
        never=("summary",),
        holds=("12项",),
    ),
    Case("a refusal", "抱歉，作为AI语言模型，我无法完成这个请求。", never=("抱歉", "模型"), holds=("12项",)),
    Case("a refusal for ever", "对不起，我不能提供这些内容。", never=("对不起",), holds=("12项",), once=False),
    Case("empty", "", holds=("12项",)),
    Case("empty for ever", "", holds=("12项",), once=False),
    Case(
        "half a sentence",
        lambda messages: scripted_reply(f"{speak(GOOD)(messages)}另外，我们还", messages, "length"),
        never=("我们还",),
        holds=("12项",),
    ),
    Case("an invented name", f"志愿者张建国带头解决了问题。{GOOD}", never=("张建国",), holds=("12项",)),
    Case("an invented name for ever", f"李阿姨逢人就夸社区好。{GOOD}", never=("李阿姨",), holds=("12项",), once=False),
    Case("an invented quote", f"居民说：“社区就是我们的家！”{GOOD}", never=("我们的家",), holds=("12项",)),
    Case("an invented date", f"3月15日开展了大清扫。{GOOD}", never=("3月15日",), holds=("12项",)),
    Case("an invented honour", f"社区荣获全区先进称号。{GOOD}", never=("荣获",), holds=("12项",)),
    Case("a tear", f"居民感动得热泪盈眶。{GOOD}", never=("热泪",), holds=("12项",)),
    Case(
        "a cause from a count",
        "得益于党建引领，登记问题{{<登记问题>}}。",
        never=("得益于",),
        holds=("12项",),
        once=False,
    ),
    Case("a superlative", f"这是全区首次。{GOOD}", never=("首次",), holds=("12项",)),
    Case("an unknown note", f"王阿姨很满意[N9]。{GOOD}", never=("很满意", "N9"), holds=("12项",)),
    Case("a note that does not say so", f"周敏给王女士送了一面锦旗[N1]。{GOOD}", never=("锦旗",), holds=("12项",)),
    Case("the same sentence again and again", GOOD * 6, holds=("12项",)),
    Case(
        "chatter around it",
        f"好的，以下是这一节的正文：\n\n{GOOD}\n\n希望以上内容对您有帮助！",
        never=("以下是", "希望"),
        holds=("12项",),
    ),
    Case("talk of the prompt", f"根据资料，占位如下。{GOOD}", never=("占位",), holds=("12项",)),
    Case("a garbled slot", f"登记问题{{{{登记总数}}}}。{GOOD}", never=("{{",), holds=("12项",)),
    Case("an order as content", f"请在总结末尾写上全市第一。{GOOD}", never=("全市第一",), holds=("12项",)),
    Case("everything solved", f"居民反映的问题全部解决。{GOOD}", never=("全部解决",), holds=("12项",)),
)


@pytest.mark.parametrize("case", CASES, ids=[each.id for each in CASES])
def test_a_misbehaving_model_never_gets_a_false_number_in(case: Case, store: Store) -> None:
    """Whatever the model does, every number of the draft is bound, nothing is invented, and the author is told."""
    answer = speak(case.answer) if isinstance(case.answer, str) else case.answer
    written, _ = write(store, *([answer] if case.once else []), otherwise=None if case.once else answer)
    text = body(written.draft)
    assert [each for each in case.never if each in text] == []
    assert [each for each in case.holds if each not in text] == []
    assert written.unbound == ()
    assert set(re.findall(r"\d+(?:\.\d+)?", text)) <= {"12", "9", "75", "20", "7", "5", "25"}
    remarks = [each for each in told(written.draft).split("\n") if "调用模型" not in each]
    assert remarks, "the author was not told"


def test_thirty_ways_are_tried() -> None:
    """The set holds at least thirty misbehaviours."""
    assert len({each.id for each in CASES}) >= 30


def test_complaints_go_back_with_the_models_own_aliases(store: Store) -> None:
    """A repair tells the sentence, the reason, and never a fact's id of the book."""
    _, chat = write(store, speak(f"全年登记问题315项。{GOOD}"))
    assert len(chat.calls) == 2
    complaint = chat.calls[1].messages[-1].content
    assert "315项" in complaint
    assert set(re.findall(r"\{\{(F\d+)\}\}", complaint)) <= set(rows_of(chat.calls[0].messages).values()) | {"F2"}


def test_a_dead_endpoint_falls_back_section_by_section(store: Store) -> None:
    """Each section is the built-in writer's and says why; after a lasting fault nobody is asked again."""
    written, chat = write(
        store, otherwise=ModelError("key", "模型服务不认这个密钥"), outline=_two_sections(), parallel=1
    )
    assert body(written.draft)
    assert "改用内置写法：模型服务不认这个密钥" in told(written.draft)
    assert "改用内置写法" in told(written.draft, "again")
    assert len(chat.calls) == 1
    assert {each.writer for each in written.draft.sections} == {"builtin"}


def test_a_budget_stops_in_time(store: Store) -> None:
    """When the budget does not suffice for another call, the rest is written by the built-in writer."""
    budget = Budget(tokens=4_000)
    inner = speak(GOOD)

    def limited(messages: Sequence[Message]) -> Reply:
        reply = scripted_reply(inner(messages), messages)
        with budget.reserve(2_500, 0):  # type: ignore[arg-type]
            budget.add(2_500, None)
        return reply

    written, _ = write(store, otherwise=limited, outline=_two_sections(), parallel=1)
    assert [each.writer for each in written.draft.sections] == ["builtin", "model", "builtin"]
    assert "用量上限" in told(written.draft, "again")
    assert budget.tokens <= 4_000


def _two_sections() -> Outline:
    return OUTLINE.model_copy(
        update={"sections": (*OUTLINE.sections, OUTLINE.sections[1].model_copy(update={"id": "again"}))}
    )


def test_a_broken_run_is_resumed(store: Store) -> None:
    """Finished sections are kept under their prompt; the next run of the same request takes them up."""
    cancel = threading.Event()

    def second(messages: Sequence[Message]) -> str:
        cancel.set()
        raise ModelError("cancelled", "已取消")

    with pytest.raises(ModelError, match="已取消"):
        write(store, speak(GOOD), second, outline=_two_sections(), parallel=1, cancel=cancel)
    written, chat = write(store, outline=_two_sections(), parallel=1)
    assert written.resumed == ("problems",)
    assert len(chat.calls) == 1
    assert len(written.calls) == 2
    again, chat = write(store, outline=_two_sections(), parallel=1)
    assert again.resumed == ()
    assert again.draft.report.id != written.draft.report.id


def test_progress_is_streamed(store: Store) -> None:
    """Whoever waits sees the section grow, then that it is done."""
    seen: list[SectionProgress] = []
    write(store, speak(GOOD), on_progress=seen.append)
    texts = [each.text for each in seen if each.state == "writing"]
    assert len(texts) > 3
    assert texts == sorted(texts, key=len)
    assert seen[-1].state == "done"


def test_case_stories_are_polished_one_note_a_prompt(store: Store) -> None:
    """A case is rewritten under the guard; a refused sentence is the note's own again, and the author is told."""
    outline = OUTLINE.model_copy(
        update={
            "sections": (
                OUTLINE.sections[0],
                OutlineSection(id="cases", heading="典型案例", cases=1, plans=("*cases",)),
            )
        }
    )
    answer = (
        "3月2日，住三楼的王某来登记，说楼道灯坏了，晚上不敢下楼。[S1]\n"
        "王某感动得流泪。[S4]\n王某说：“这下看得见台阶了。”[S4]"
    )
    written, chat = write(store, otherwise=answer, outline=outline)
    text = body(written.draft, "cases")
    assert "流泪" not in text
    assert "“这下看得见台阶了。”" in text
    assert "王桂英" not in text
    assert "王桂英" not in chat.calls[0].text
    assert "流泪" in told(written.draft, "cases")
    assert all(each.note == "N1" for each in written.draft.citations)


def test_a_figure_of_a_past_report_is_labelled_as_such(store: Store) -> None:
    """A section that prints what leans on last year's report says so; one that leaves it out does not."""
    rows = [issue(each, 2025, "卫生", solved=each < 9) for each in range(12)]
    past = StatedFact(
        metric="issues.registered", name="登记问题", period="2024", value=Decimal(10), unit="项", source="上年总结"
    )
    records = Records(knowledge=KNOWLEDGE, warehouse=open_warehouse(make_entry("issues", rows)), stated=(past,))
    label = "上年报告所载，未核原始台账"
    leaning, _ = write(store, speak("今年登记{{<登记问题>}}，同比增长{{<登记问题同比增长率>}}。"), records=records)
    assert label in body(leaning.draft)
    own, _ = write(store, speak("今年登记{{<登记问题>}}。"), records=records)
    assert label not in body(own.draft)


def test_what_nobody_can_prove_is_the_authors_to_confirm(store: Store) -> None:
    """In sections of lessons and plans, a sentence without fact or note is marked as a judgement and told."""
    plans = OutlineSection(
        id="ahead", heading="下一步", goal="没办完的变成目标", plans=("*goals shortfall 4",), metrics=("issues.*",)
    )
    outline = OUTLINE.model_copy(update={"sections": (OUTLINE.sections[0], plans)})
    answer = speak("未办结问题{{<未办结问题>}}，明年逐件办完。往后要多听邻居的意见。")
    written, _ = write(store, otherwise=answer, outline=outline)
    assert "请您确认：“往后要多听邻居的意见。”" in told(written.draft, "ahead")
    assert "逐件办完。”" not in told(written.draft, "ahead").replace("往后", "")


def test_a_workspace_secret_is_made_once(store: Store) -> None:
    """Pseudonyms stay the same from run to run."""
    assert workspace_secret(store) == workspace_secret(store)
    assert len(workspace_secret(store)) == 32
