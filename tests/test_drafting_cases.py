"""Case stories: which notes may be told, which are chosen, and how a note is told in its own sentences."""

from __future__ import annotations

import re

import pytest

from assistant.data.tables import Note
from assistant.drafting import AliasedNote, WritingContext, load_phrasings
from assistant.drafting.cases import case_title, choose_cases, tell_case, tell_reflections
from assistant.drafting.context import Audience, keep_names
from assistant.drafting.notes import read_story, split_quoted
from assistant.knowledge import Knowledge, load_knowledge
from assistant.numerals import Period

WORDS = load_phrasings().cases
BODY = (
    "3月28日晚上，3号楼502的李某打电话来，说楼上夜里拍球，老人睡不着。上去说过两回，吵了起来。\n\n"
    "我和邻居先两头跑。4月11日请了派出所的同志来。那天双方松了口。4月19日定下规矩，晚上不拍球。\n\n"
    "5月19日回访，李某说好多了。他说：“老人能睡到五点。”他还帮着拎过菜。"
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def note(
    body: str = BODY, *, title: str = "2025-04 夜里的拍球声", consent: str = "化名", by: str = "陈秀兰", more: str = ""
) -> Note:
    heading = f"- 同意公开：{consent}\n- 敏感：纠纷\n- 记录人：{by}\n- 记录日期：2025年5月21日\n{more}"
    text = f"{title}\n\n{body}\n\n---\n\n{heading}"
    return Note(id="0" * 12, file=f"{title}.md", sha256="0" * 64, title=title, text=text)


def context(
    knowledge: Knowledge, *notes: Note, audience: Audience = "both", rename=keep_names, linked: bool = False
) -> WritingContext:
    aliased = tuple(AliasedNote(alias=f"N{n}", note=each, linked=linked) for n, each in enumerate(notes, 1))
    return WritingContext(
        report_id="r", period=Period.parse("2025"), label="2025年度", facts=(), knowledge=knowledge, notes=aliased,
        audience=audience, rename=rename,
    )  # fmt: skip


def tell(ctx: WritingContext, limit: int = 400) -> str:
    (candidate,) = choose_cases(ctx, 1, WORDS, limit)
    return tell_case(candidate, ctx, WORDS, limit)


def test_every_sentence_is_the_notes_own_and_cited(knowledge: Knowledge) -> None:
    """A case is told in sentences of the note, in their order, each with its citation."""
    written = note()
    told = re.findall(r"(.+?)\[N1\]", tell(context(knowledge, written)))
    places = [written.text.replace("我和邻居", "陈秀兰和邻居").find(each) for each in told]
    assert -1 not in places
    assert places == sorted(places)


def test_heading_lines_are_read_and_never_told(knowledge: Knowledge) -> None:
    """同意公开, 敏感, 记录人 and the dashes above them belong to nobody's story."""
    story = read_story(note(), WORDS)
    assert (story.consent, story.sensitive, story.recorder, str(story.day)) == (
        "化名", ("纠纷",), "陈秀兰", "2025-05-21",
    )  # fmt: skip
    assert not re.search("同意公开|敏感|记录|---", tell(context(knowledge, note())))


@pytest.mark.parametrize("consent", ["不同意", "不同意公开", "否", "不"])
def test_labels_may_stand_in_a_row(knowledge: Knowledge, consent: str) -> None:
    """A heading line with several labels is read label by label, and a refusal among them counts."""
    row = f"同意公开：{consent}　敏感：健康、贫困　记录人：吴桂珍　问题编号：0313（2025年登记簿）"
    written = Note(id="0" * 12, file="a.docx", sha256="", title="门", text=f"门\n{row}\n{BODY}")
    story = read_story(written, WORDS)
    assert (story.consent, story.sensitive, story.recorder) == ("不同意", ("健康", "贫困"), "吴桂珍")
    assert choose_cases(context(knowledge, written), 1, WORDS, 400) == ()


def test_the_writer_of_a_note_is_named_instead_of_me(knowledge: Knowledge) -> None:
    """我 outside quotation marks becomes the name of the note's writer; inside, and as 我们, it stays."""
    body = "我先去看了看，谈了一回。我们一起想办法。\n\n她说：“我等你。”后来商量定下办法。\n\n我去回访，她满意。"
    told = tell(context(knowledge, note(body)))
    assert "陈秀兰先去看了看" in told
    assert "陈秀兰去回访" in told
    assert "“我等你。”" in told or "我等你" not in told
    assert "陈秀兰们" not in told


def test_a_note_without_consent_is_never_chosen(knowledge: Knowledge) -> None:
    """不同意 means never, however good the story is."""
    assert choose_cases(context(knowledge, note(consent="不同意"), linked=True), 3, WORDS, 400) == ()


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "化名"])
def test_names_and_doors_are_hidden_unless_the_note_allows(knowledge: Knowledge, silent: bool) -> None:
    """化名 and silence are renamed by the reader's policy; 实名 keeps names but hides the door."""
    policy = {"rename": lambda text: text.replace("李某", "某位居民").replace("502", "某户")}
    written = note(consent="化名")
    if silent:
        written = written.model_copy(update={"text": written.text.replace("- 同意公开：化名\n", "")})
    told = tell(context(knowledge, written, **policy))
    assert "李某" not in told
    assert "502" not in told
    named = tell(context(knowledge, note(consent="实名"), **policy))
    assert "李某" in named
    assert "3号楼某户" in named


def test_notes_of_another_year_stay_out(knowledge: Knowledge) -> None:
    """A note is told in the report of its period."""
    old = note()
    old = old.model_copy(update={"text": old.text.replace("2025年5月21日", "2024年5月21日")})
    assert choose_cases(context(knowledge, old), 3, WORDS, 400) == ()


def test_the_residents_version_spares_the_vulnerable(knowledge: Knowledge) -> None:
    """What is marked 健康, 贫困 or 未成年人 is not told to the neighbours."""
    ill = note()
    ill = ill.model_copy(update={"text": ill.text.replace("敏感：纠纷", "敏感：健康")})
    assert choose_cases(context(knowledge, ill, audience="residents"), 1, WORDS, 400) == ()
    assert len(choose_cases(context(knowledge, ill, audience="street"), 1, WORDS, 400)) == 1


def test_cases_are_spread_over_kinds(knowledge: Knowledge) -> None:
    """A second story of the same kind gives way to a weaker one of another kind."""
    sale = (
        "有几户日子紧，直接给人家抹不开面子。\n\n大家商量办一场义卖，善款送给困难家庭。志愿者分成几组。\n\n"
        "募集了不少，送去帮扶。"
    )
    notes = (note(), note(title="楼下的拍球声"), note(sale, title="爱心义卖"))
    chosen = choose_cases(context(knowledge, *notes), 2, WORDS, 400)
    assert {each.story.title for each in chosen} == {"夜里的拍球声", "爱心义卖"}


def test_a_sentence_is_not_torn_from_the_one_it_leans_on(knowledge: Knowledge) -> None:
    """他说… comes with the sentence that says who he is."""
    told = tell(context(knowledge, note()), 120)
    if "他说：" in told:
        assert told.index("李某说好多了") < told.index("他说：")


def test_labels_tell_the_parts(knowledge: Knowledge) -> None:
    """背景, 经过 and 结果 in the note decide over any guess."""
    body = "背景：路灯坏了。\n经过：\n维修队换了灯泡。\n结果：亮了。"
    story = read_story(note(body), WORDS)
    assert [(each.part, each.text) for each in story.sentences] == [
        ("background", "路灯坏了。"),
        ("process", "维修队换了灯泡。"),
        ("result", "亮了。"),
    ]


def test_what_a_note_judges_afterwards_is_a_reflection(knowledge: Knowledge) -> None:
    """要说没做好的 belongs to the lessons and not to the story."""
    written = note(f"{BODY}\n\n要说没做好的，就是去得晚了。下回早去。")
    ctx = context(knowledge, written)
    assert "去得晚" not in tell(ctx)
    assert tell_reflections(ctx, 2, WORDS, 100) == (
        ("夜里的拍球声", "要说没做好的，就是去得晚了。[N1]下回早去。[N1]"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("她说：“就这一下，等了一年。”她来捐款。", ("她说：“就这一下，等了一年。”", "她来捐款。")),
        ("“习惯了”，他说。好。", ("“习惯了”，他说。", "好。")),
        ("他喊：“快！下来！”大家都笑。", ("他喊：“快！下来！”", "大家都笑。")),
        ("没有句号", ("没有句号",)),
    ],
    ids=["quote ends", "quoted word", "stops inside", "no stop"],
)
def test_sentences_are_cut_around_quotations(line: str, sentences: tuple[str, ...]) -> None:
    """A stop inside quotation marks ends no sentence; the closing mark of a full quotation does."""
    assert split_quoted(line) == tuple(each for each in sentences if len(each) > 1)


def test_a_title_loses_its_number_and_date(knowledge: Knowledge) -> None:
    """The file's habits (2025-04 …, 案例三：…) are not part of a title."""
    for title in ("2025-04 夜里的拍球声", "案例三：夜里的拍球声", "夜里的拍球声"):
        ctx = context(knowledge, note(title=title))
        (candidate,) = choose_cases(ctx, 1, WORDS, 400)
        assert case_title(candidate, ctx) == "夜里的拍球声"
