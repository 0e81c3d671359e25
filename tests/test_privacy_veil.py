"""Pseudonyms before text leaves the machine: reversible, robust against rewriting, and a scan that fails closed."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import EndpointError
from assistant.privacy import NameBook, Veil
from assistant.prompts import load_prompts
from eval.communities.people import GIVEN, SURNAMES

BOOK = NameBook.build(
    residents=["王桂英", "李建国", "高明", "张三"],
    volunteers=["陈秀兰"],
    communities=["青槐里社区"],
    genders={"王桂英": "女"},
)
SECRETS = [
    "王桂英", "李建国", "陈秀兰", "王阿姨", "李大爷", "老赵", "张某", "居民孙玉梅", "13812345678",
    "138 1234 5678", "021-55551234", "310101195901010021", "31010119590101002X", "沪A12345", "沪AD12345",
    "6222021234567890123", "a.b@qq.com", "微信wx_abc123", "3号楼502室", "3号楼2单元402", "三号楼五〇二室",
    "3-2-502", "青槐里社区", "青槐里", "１３８１２３４５６７８", "一三八一二三四五六七八",
]  # fmt: skip


@pytest.fixture
def veil() -> Veil:
    """A veil over the names above."""
    return Veil(BOOK, b"workspace secret")


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_secret_is_covered_and_comes_back(veil: Veil, secret: str) -> None:
    """Names, forms of address, numbers, doors and the community are replaced by tokens without digits, and restored."""
    text = f"记：{secret}，灯修好了。"
    covered = veil.cover(text)
    core = secret.removeprefix("居民").removeprefix("微信")
    assert core not in covered
    assert not any(letter.isdigit() for letter in covered)
    assert veil.scan(covered) == ()
    assert unicodedata.normalize("NFKC", veil.uncover(covered)).replace(" ", "") == unicodedata.normalize(
        "NFKC", text
    ).replace(" ", "")


def test_ordinary_text_is_left_alone(veil: Veil) -> None:
    """Text that names nobody goes out as it is, slots and citations included."""
    text = "全年登记{{F1}}，办结{{F2}}[N3]。3号楼48户，12345热线，2024年1—11月，小程序上线，居民高兴地说。"
    assert veil.cover(text) == text


def test_tokens_are_stable_within_a_workspace() -> None:
    """The same secret gives the same tokens in every run; another workspace gives others."""
    first, again, other = Veil(BOOK, b"a"), Veil(BOOK, b"a"), Veil(BOOK, b"b")
    text = "王桂英和李大爷在3号楼502室"
    assert first.cover(text) == again.cover(text)
    assert first.cover(text) != other.cover(text)


def test_tokens_tell_what_stands_there(veil: Veil) -> None:
    """The word in a token keeps role and form of address, so that a model writes 她 and 他 rightly."""
    covered = veil.cover("陈秀兰、王阿姨、王桂英阿姨、3号楼502室")
    assert covered.startswith("〔志愿者")
    assert "〔阿姨" in covered
    assert "〕阿姨" in covered
    assert "〔住址" in covered


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda token: token,
        lambda token: token.replace("〔", "【").replace("〕", "】"),
        lambda token: token.replace("〔", "[").replace("〕", "]"),
        lambda token: token.replace("〔", "（").replace("〕", "）"),
        lambda token: token.strip("〔〕"),
        lambda token: token.lower(),
        lambda token: token.replace("〔", "〔 ").replace("〕", " 〕"),
        lambda token: "〔" + token[-5:-1] + "〕",
        lambda token: token[-5:-1],
        lambda token: "".join(chr(ord(each) + 0xFEE0) if each.isascii() else each for each in token),
        lambda token: token + "阿姨",
    ],
    ids=[
        "as it is",
        "【】",
        "[]",
        "（）",
        "no brackets",
        "lower case",
        "blanks",
        "no hint",
        "bare code",
        "full width",
        "title twice",
    ],
)
def test_rewritten_tokens_still_come_back(veil: Veil, rewrite: object) -> None:
    """Other brackets, none at all, another case, a lost hint or a doubled title do not lose a name."""
    assert callable(rewrite)
    token = veil.cover("王阿姨")
    assert veil.uncover(f"后来{rewrite(token)}说，修好了。") == "后来王阿姨说，修好了。"


def test_garbled_tokens_are_told_not_guessed(veil: Veil) -> None:
    """A token that the model garbled or invented is left as it stands, and reported."""
    token = veil.cover("王桂英")
    garbled = token[:-2] + ("B" if token[-2] != "B" else "C") + "〕"
    text = f"{garbled}来了，〔邻居QQQQ〕没来。LED灯和KTV。"
    assert veil.uncover(text) == text
    assert set(veil.unknown_tokens(text)) == {garbled, "〔邻居QQQQ〕"}
    assert veil.unknown_tokens(f"{token}来了，（VIPS）") == ()


def test_notes_cannot_forge_tokens(veil: Veil) -> None:
    """A token-like text in a note stands for nobody, since codes depend on the workspace's secret."""
    assert veil.uncover("〔居民BCDF〕和〔居民KKKK〕") == "〔居民BCDF〕和〔居民KKKK〕"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("王桂英", "name"), ("王-桂-英", "name"), ("王\u200b桂英", "name"), ("王 桂　英", "name"), ("李大爷", "form"),
        ("１３８１２３４５６７８", "phone"), ("138-1234-5678", "phone"), ("310101195901010021", "id"),
        ("3号楼502室", "door"), ("a@b.com", "mail"), ("沪A12345", "plate"), ("青槐里", "community"),
    ],
)  # fmt: skip
def test_scan_finds_leaks_at_any_depth(veil: Veil, text: str, kind: str) -> None:
    """The scan looks into nested data, JSON bytes included, and the refusal names kinds and places, never values."""
    payload = {"messages": [{"role": "user", "content": ["好", {"text": f"记：{text}。"}]}]}
    assert kind in {leak.kind for leak in veil.scan(payload)}
    assert kind in {leak.kind for leak in veil.scan(json.dumps(payload, ensure_ascii=False).encode())}
    with pytest.raises(EndpointError, match="没有发送") as caught:
        veil.guard(payload)
    assert caught.value.where == "messages[0].content[1].text"
    assert text not in str(caught.value)


def test_the_veil_shows_nothing_of_itself(veil: Veil) -> None:
    """Its repr holds no name, and the legend shows what would be sent instead of what."""
    assert "王" not in repr(veil)
    legend = dict(veil.legend("王桂英打13812345678"))
    assert set(legend) == {"王桂英", "13812345678"}
    assert legend["王桂英"] == veil.cover("王桂英")


def test_the_community_may_stay() -> None:
    """Covering the community's own name is optional."""
    assert Veil(BOOK, b"s", hide_community=False).cover("青槐里社区") == "青槐里社区"


def test_a_large_community_has_tokens_for_everybody() -> None:
    """Thousands of names get different tokens, and all come back."""
    names = [surname + given for surname in SURNAMES for given in GIVEN]
    veil = Veil(NameBook.build(residents=names), b"s")
    tokens = {veil.cover(name) for name in names}
    assert len(tokens) == len(names)
    assert all(veil.uncover(veil.cover(name)) == name for name in names[::37])


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*SECRETS[:9], *"来说，A小老", "3号楼", "居民", "{{F1}}", "[N1]", "。\n"]),
        max_size=12,
    )
)
def test_whatever_is_covered_passes_the_scan_and_comes_back(pieces: list[str]) -> None:
    """Any mixture of names and words goes out without a leak and comes back as it was, blanks in numbers aside."""
    veil = Veil(BOOK, b"s")
    text = "".join(pieces)
    covered = veil.cover(text)
    veil.guard(covered)
    assert veil.uncover(covered).replace(" ", "") == text.replace(" ", "")


def test_hostile_cells_neither_name_anybody_nor_pass_the_scan_by_force() -> None:
    """Instructions in a name column are no names, and hostile text is covered like any other."""
    path = Path(__file__).parent.parent / "eval/cases/injection_v1.yaml"
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    cells = [case["text"] for case in cases if case.get("column") in {"反映人", "姓名", "责任人"}]
    book = NameBook.build(residents=[*cells, "王桂英"])
    assert {person.name for person in book.people} == {"王桂英"}
    veil = Veil(book, b"s")
    for case in cases:
        covered = veil.cover(case["text"])
        veil.guard(covered)
        assert "王桂英" not in covered


def test_our_own_prompts_go_out_as_they_are() -> None:
    """Covering changes nothing in the prompts themselves, so that their stable beginning stays stable."""
    veil = Veil(NameBook(), b"s")
    for prompt in load_prompts().prompts:
        for message in prompt.templates:
            assert veil.cover(message.content) == message.content
