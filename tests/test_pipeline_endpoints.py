"""A report against a real HTTP server on loopback: streams, refusals, cuts, slowness, a killed run, what was sent."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.cli.entry import run
from assistant.data.tables import Note
from assistant.index import Index
from assistant.llm import ChatOptions, Message, ModelError, open_chat
from assistant.pipeline.cases import grade_cases
from assistant.pipeline.context import name_book
from assistant.pipeline.endpoints import chat_options, open_index, open_model, open_veil
from assistant.pipeline.planning import propose_plans
from assistant.pipeline.records import Records
from assistant.pipeline.reports import find_outline
from assistant.pipeline.writing import WritingOptions, draft_with_model
from assistant.settings import ModelSettings, PriceRow, Settings, load_settings
from assistant.store import Store, UnfinishedReport
from tests.openai_server import OpenAIServer, Turn
from tests.test_drafting_example import example_records
from tests.test_pipeline_writing import OUTLINE, PERIOD, STORY, _two_sections, body, small_records, told

GOOD = "居民反映的问题登记了{{F11}}。"
FAST = ChatOptions(attempts=3, timeout=2, deadline=5, parallel=2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


def settings(server: OpenAIServer, **more: object) -> ModelSettings:
    return ModelSettings.model_construct(
        base_url=server.url, api_key=SecretStr("k"), name="small", **{"pseudonyms": "remote", **more}
    )


def write(server: OpenAIServer, store: Store, **more: object):
    chat = open_chat(settings(server), veil=None, options=FAST, wait=lambda _: None)
    return draft_with_model(
        small_records(), PERIOD, OUTLINE, chat=chat, store=store, naming="surname", options=WritingOptions(**more)
    )


TROUBLES = {
    "429 then success": ((Turn(status=429), Turn(text=GOOD)), "model"),
    "500 twice, then success": ((Turn(status=500), Turn(status=502), Turn(text=GOOD)), "model"),
    "a cut stream, then success": ((Turn(text=GOOD, finish=None), Turn(text=GOOD)), "model"),
    "wrong JSON": ((Turn(raw=b"{oops"), Turn(text=GOOD)), "builtin"),
    "slow but steady": ((Turn(text=GOOD, delay=0.02),), "model"),
    "500 for ever": (tuple(Turn(status=500) for _ in range(9)), "builtin"),
    "a wrong key": ((Turn(status=401),), "builtin"),
    "no money": ((Turn(status=402, error="Insufficient Balance"),), "builtin"),
    "no such model": ((Turn(status=404, error="model not found"),), "builtin"),
    "silence": (tuple(Turn(text=GOOD, delay=2.5) for _ in range(9)), "builtin"),
}


@pytest.mark.parametrize(("turns", "writer"), TROUBLES.values(), ids=TROUBLES)
def test_a_draft_completes_or_falls_back(turns: tuple[Turn, ...], writer: str, store: Store) -> None:
    """Whatever the server does, the report comes about, and a section that the model did not write says why."""
    with OpenAIServer(*turns) as server:
        written = write(server, store)
    assert "12项" in body(written.draft)
    assert written.unbound == ()
    assert written.draft.sections[1].writer == writer
    if writer == "builtin":
        assert "这一节改用内置写法" in told(written.draft)


RUN = """
import sys, threading
from pathlib import Path
from pydantic import SecretStr
from assistant.llm import ChatOptions, open_chat
from assistant.pipeline.writing import WritingOptions, draft_with_model
from assistant.settings import ModelSettings
from assistant.store import Store
from tests.test_pipeline_writing import PERIOD, _two_sections, small_records
model = ModelSettings.model_construct(base_url=sys.argv[1], api_key=SecretStr("k"), name="small", pseudonyms="remote")
chat = open_chat(model, veil=None, options=ChatOptions(attempts=1))
draft_with_model(small_records(), PERIOD, _two_sections(), chat=chat, store=Store(Path(sys.argv[2])), naming="surname",
                 options=WritingOptions(parallel=1))
"""


def test_a_killed_run_keeps_its_finished_sections(tmp_path: Path) -> None:
    """Kill -9 in the middle of the second section; run again: the first one is not asked for anew."""
    root = Path(__file__).parent.parent
    with OpenAIServer(Turn(text=GOOD), Turn(text=GOOD * 9, delay=0.5)) as server:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, server.url, str(tmp_path)],
            cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while len(server.requests) < 2 and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.05)
        time.sleep(0.3)
        process.kill()
        process.wait()
        assert len(server.requests) == 2
    with OpenAIServer(Turn(text=GOOD)) as server:
        chat = open_chat(settings(server), veil=None, options=FAST)
        store = Store(tmp_path)
        written = draft_with_model(
            small_records(), PERIOD, _two_sections(), chat=chat, store=store, naming="surname",
            options=WritingOptions(parallel=1),
        )  # fmt: skip
        store.close()
        assert len(server.requests) == 1
    assert written.resumed == ("problems",)
    assert [each.writer for each in written.draft.sections] == ["builtin", "model", "model"]


def hostile_records(text: str) -> Records:
    records = small_records()
    notes = (Note(id="h1", file="h.md", sha256="1" * 64, title="三楼的灯", text=f"{STORY}\n{text}\n"),)
    return Records(knowledge=records.knowledge, warehouse=records.warehouse, notes=notes)


def test_hostile_notes_never_become_content_or_orders(store: Store, tmp_path: Path) -> None:
    """For every hostile note: its orders are not sent, and a model that obeys it anyway gets nothing into the draft."""
    import yaml

    cases = yaml.safe_load((Path(__file__).parent.parent / "eval/cases/injection_v1.yaml").read_text("utf-8"))["cases"]
    section = OUTLINE.sections[1].model_copy(update={"retrieve": "楼道灯"})
    outline = OUTLINE.model_copy(update={"sections": (OUTLINE.sections[0], section)})
    for case in cases[::4]:
        obeyed = f"{case['text']}[N1]。本社区零投诉，办结率百分之百[N1]。{GOOD}"
        records = hostile_records(case["text"])
        with OpenAIServer(*[Turn(text=obeyed) for _ in range(3)]) as server:
            chat = open_chat(settings(server), veil=None, options=FAST, wait=lambda _: None)
            index = Index(tmp_path / case["id"], None)
            written = draft_with_model(
                records, PERIOD, outline, chat=chat, store=store, naming="surname", options=WritingOptions(index=index)
            )
            prompt = server.requests[0]["messages"][1]["content"]
        text = body(written.draft)
        assert "零投诉" not in text, case["id"]
        assert "百分之百" not in text, case["id"]
        assert "忽略以上" not in prompt
        assert not re.search(r"[<{}]|忽略|script|evil|示范称号|system", text), case["id"]
        assert written.unbound == ()
        assert told(written.draft)


def test_nothing_that_identifies_anybody_reaches_a_remote_endpoint(store: Store) -> None:
    """What the server received of a whole report, index and stories included, holds no name, phone, id or door."""
    secret = ("王桂英", "13800138000", "5号楼2单元301", "110101199001011234", "周敏")
    text = STORY.replace("灯座锈穿了", f"灯座锈穿了，电话{secret[1]}，{secret[2]}，证件{secret[3]}")
    records = small_records()
    notes = (Note(id="s1", file="s.md", sha256="2" * 64, title="三楼的灯", text=text),)
    records = Records(knowledge=records.knowledge, warehouse=records.warehouse, notes=notes)
    names = name_book(records)
    cases = OUTLINE.sections[1].model_copy(update={"id": "cases", "cases": 1, "plans": ("*cases",), "metrics": ()})
    outline = OUTLINE.model_copy(update={"sections": (*OUTLINE.sections, cases)})
    with OpenAIServer(*[Turn(text=GOOD) for _ in range(8)]) as server:
        model = settings(server, pseudonyms="always")
        chat = open_chat(model, veil=open_veil(store, names), options=FAST)
        draft_with_model(records, PERIOD, outline, chat=chat, store=store, naming="real")
        received = "\n".join(json.dumps(json.loads(raw), ensure_ascii=False) for raw in server.raw_requests)
    assert "S1｜" in received
    assert [each for each in secret if each in received] == []


def test_settings_become_options_a_budget_and_an_index(store: Store) -> None:
    """The author's prices come first, a budget stops before the first call, the index opens without a network."""
    price = PriceRow(model="small*", input=Decimal(1), output=Decimal(2))
    with OpenAIServer() as server:
        model = settings(server, timeout=9.0, prices=(price,), budget_tokens=10)
        assert chat_options(model).prices[0].model == "small*"
        assert chat_options(model).timeout == 9.0
        chosen = Settings().model_copy(update={"model": model})
        names = name_book(small_records())
        chat = open_model(chosen, store, names)
        with pytest.raises(ModelError, match="用量上限"):
            chat.ask([Message(role="user", content="你好")])
    assert len(open_index(Settings(), store, names)) == 0


def test_an_unfinished_report_is_found_again(store: Store) -> None:
    """The same request finds the same report until it is finished; another key does not fit a kept section."""
    first = UnfinishedReport(store, "2025/annual/m")
    again = UnfinishedReport(store, "2025/annual/m")
    assert (again.report_id, again.resumed) == (first.report_id, True)
    again.finish()
    assert not UnfinishedReport(store, "2025/annual/m").resumed


def test_nothing_of_the_example_reaches_a_remote_endpoint(store: Store) -> None:
    """A report of the example with its stories, the grades of its notes and the plans: nothing in the bytes."""
    records = example_records()
    names = name_book(records)
    index = Index(store.folder / "index", None)
    with OpenAIServer(*[Turn(text="大家商量着办。") for _ in range(60)]) as server:
        chat = open_chat(settings(server, pseudonyms="always"), veil=open_veil(store, names), options=FAST)
        draft_with_model(
            records, PERIOD, find_outline("annual"), chat=chat, store=store, naming="real",
            options=WritingOptions(index=index),
        )  # fmt: skip
        written = len(server.raw_requests)
        grade_cases(records, PERIOD, chat, naming="real")
        propose_plans(records, PERIOD, chat, naming="real")
        assert len(server.raw_requests) > written + 5
        received = "\n".join(json.dumps(json.loads(raw), ensure_ascii=False) for raw in server.raw_requests)
    sent = len(server.raw_requests)
    assert sent >= 10
    assert [each.name for each in names.people if each.name in received] == []
    assert [each for each in names.communities if each in received] == []
    assert re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx]|\d{1,2}号楼\d单元\d{3}|\d单元\d{3}", received) == []


def test_the_commands_speak_of_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`draft --writer model` tells who wrote what and what it took; `doctor` tries the endpoint, shows what is sent."""
    registers = tmp_path / "台账"
    registers.mkdir()
    rows = [
        f"Q{each},2025-{each % 12 + 1:02}-03,王桂英,电话,卫生,已办结,2025-{each % 12 + 1:02}-05" for each in range(14)
    ]
    header = "编号,登记时间,反映人,反映渠道,类别,状态,办结时间"
    (registers / "问题登记.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    note = registers / "三楼的灯.md"
    note.write_text(STORY, encoding="utf-8")
    workspace = str(tmp_path / "小区")
    for command in (["init", workspace], ["import", str(registers), "--workspace", workspace]):
        assert run(command) == 0
    assert run(["draft", "--workspace", workspace, "--writer", "model"]) == 2
    capsys.readouterr()
    with OpenAIServer(*[Turn(text="居民反映的问题登记了{{登记问题}}。") for _ in range(40)]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("YOUJU_MODEL", "small")
        assert run(["draft", "--workspace", workspace, "--writer", "model", "--outline", "brief"]) == 0
        shown = capsys.readouterr().out
        assert run(["doctor", "--workspace", workspace, "--online", "--note", str(note)]) == 0
        doctor = capsys.readouterr().out
    assert "（大模型）" in shown
    assert "合计：调用模型" in shown
    assert "试答" in doctor
    assert "王桂英 → 〔" in doctor
    assert "遮名" in doctor


def test_the_environment_sets_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """YOUJU_MODEL names the model; a bare NAME or TIMEOUT of the environment says nothing to us."""
    for name, value in {
        "YOUJU_MODEL": "small", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "NAME": "laptop", "TIMEOUT": "1",
        "YOUJU_MODEL_TIMEOUT": "7", "YOUJU_BUDGET_YUAN": "2.5", "YOUJU_CHROMA_URL": "http://127.0.0.1:8000",
        "YOUJU_MODEL_PRICES": '[{"model": "small", "input": 1, "output": 2}]', "YOUJU_AUTHOR": "王主任",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    read = load_settings()
    assert (read.model.name, read.model.timeout, read.model.budget_yuan) == ("small", 7.0, Decimal("2.5"))
    assert read.model.prices[0].output == 2
    assert read.embedding.name is None
    assert (read.chroma_url, read.author) == ("http://127.0.0.1:8000", "王主任")
    assert Settings(author="甲").author == "甲"
