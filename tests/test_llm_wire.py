"""What a remote endpoint would really receive of the example community: no name, phone, id or door."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.llm import ChatOptions, Message, open_chat, open_embedder
from assistant.privacy import NameBook, Veil
from assistant.prompts import Material, load_prompts
from assistant.settings import ModelSettings
from eval.example.people import OFFICERS, recruit
from tests.openai_server import OpenAIServer, Turn

NOTES = sorted((Path(__file__).parent.parent / "eval/example/sources/notes").glob("*.md"))
NAMES = sorted({each.name for each in recruit()})
BOOK = NameBook.build(volunteers=NAMES, communities=["青槐里社区居民自治委员会"])
IDENTIFYING = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx]|\d{1,2}号楼\d单元\d{3}|\d{1,2}号楼\d{3}(?![\d户人平])|\d单元\d{3}"
    r"|[王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗程韩陆宋田冯蔡沈董贾尹钟](?:阿姨|大爷|奶奶|女士|先生|师傅|某)"
)


def settings(server: OpenAIServer) -> ModelSettings:
    """Settings that treat the server as a remote one."""
    return ModelSettings.model_construct(base_url=server.url, api_key=SecretStr("k"), name="small", pseudonyms="always")


@pytest.mark.skipif(not NOTES, reason="the example's notes are not here")
def test_nothing_of_the_example_gets_out() -> None:
    """Every note goes out in a real prompt and as an embedding; the bytes received hold nothing that identifies."""
    veil = Veil(BOOK, b"workspace")
    prompt = load_prompts().get("polish/story")
    texts = [path.read_text(encoding="utf-8") for path in NOTES]
    assert any(name in "".join(texts) for name in NAMES)
    with OpenAIServer(*[Turn() for _ in texts]) as server:
        chat = open_chat(settings(server), veil=veil, options=ChatOptions(attempts=1))
        for text in texts:
            note = [Material(label="N1", text=text)]
            rendered = prompt.render({"tone": "朴实", "length": "三百字以内", "note": note})
            chat.ask([Message(role=each.role, content=each.content) for each in rendered.messages])
        open_embedder(settings(server), veil=veil).embed(texts)
        received = [json.dumps(json.loads(raw), ensure_ascii=False) for raw in server.raw_requests]
    assert len(received) >= len(texts) + 1
    sent = "\n".join(received)
    assert [name for name in NAMES if name in sent] == []
    assert "青槐里" not in sent
    example_names = {match.group() for match in IDENTIFYING.finditer(prompt.model_dump_json())}
    assert {match.group() for match in IDENTIFYING.finditer(sent)} <= example_names


def test_covered_notes_come_back_word_for_word() -> None:
    """Covering and uncovering every note of the example gives the note back."""
    veil = Veil(BOOK, b"workspace")
    for path in NOTES:
        text = path.read_text(encoding="utf-8")
        assert veil.uncover(veil.cover(text)) == text, path.name
        assert veil.unknown_tokens(veil.cover(text)) == ()
    assert OFFICERS[0].name in NAMES
