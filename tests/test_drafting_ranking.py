"""A model's grades for case notes, against a real HTTP server on loopback: each way of asking, and none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.data.tables import Note
from assistant.llm import ChatOptions, open_chat
from assistant.pipeline import CaseRanking, grade_cases, rank_cases
from assistant.pipeline.records import Records
from assistant.settings import ModelSettings
from tests.openai_server import OpenAIServer, Turn
from tests.test_pipeline_writing import PERIOD, small_records

LAMP = """# 三楼的灯
同意公开：化名
记录人：周敏

3月2日，住三楼的王桂英来登记，说楼道灯坏了，晚上不敢下楼。
周敏当天去看，灯座锈穿了，换灯泡没有用。
3月5日，马德福带着工具来换了灯座。
"""
CHESS = """# 凉亭的棋
同意公开：化名

六月，凉亭的棋桌断了一条腿。
志愿者锯了一截旧床腿接上。
"""
LOW = {"background": 0, "process": 1, "result": 0, "warmth": 0, "difficulty": 0}
HIGH = {"background": 2, "process": 2, "result": 2, "warmth": 2, "difficulty": 2, "sentences": ["S2", "S99", "all"]}


def records() -> Records:
    small = small_records()
    notes = tuple(
        Note(id=name, file=f"{name}.md", sha256=str(number) * 64, title=text.splitlines()[0][2:], text=text)
        for number, (name, text) in enumerate({"lamp": LAMP, "chess": CHESS}.items())
    )
    return Records(knowledge=small.knowledge, warehouse=small.warehouse, notes=notes)


def grade(server: OpenAIServer) -> CaseRanking:
    model = ModelSettings.model_construct(base_url=server.url, api_key=SecretStr("k"), name="small")
    chat = open_chat(model, veil=None, options=ChatOptions(attempts=1, timeout=5, deadline=20), wait=lambda _: None)
    return grade_cases(records(), PERIOD, chat, naming="surname")


def ways(server: OpenAIServer) -> list[str]:
    """Return how each request asked for JSON."""
    return [
        "tools" if "tools" in body else body.get("response_format", {}).get("type", "text") for body in server.requests
    ]


def answers(first: dict[str, Any], second: dict[str, Any]) -> tuple[str, str]:
    return json.dumps(first), json.dumps(second)


def test_the_order_follows_the_grades() -> None:
    """What the model grades higher comes first, with the grades and the note's own sentence as the reason."""
    declared = [each.file for each in rank_cases(records(), PERIOD, naming="surname")]
    one, other = answers(LOW, HIGH)
    with OpenAIServer(Turn(one), Turn(other)) as server:
        ranking = grade(server)
    assert [each.file for each in ranking.offers] == declared[::-1]
    best = ranking.offers[0]
    assert "模型看：互助的做法写得实" in best.reasons
    quoted = [each for each in best.reasons if "依据" in each]
    assert len(quoted) == 1
    assert quoted[0].removeprefix("模型看：依据：“").removesuffix("”") in best.source
    assert ranking.spending.calls == 2
    assert "2 篇由模型逐篇打分" in ranking.told[0]


def test_one_note_a_prompt_and_names_as_readers_see_them() -> None:
    """No request holds two residents' notes, and none a resident's full name."""
    with OpenAIServer(*(Turn(each) for each in answers(LOW, HIGH))) as server:
        grade(server)
    bodies = [each.decode() for each in server.raw_requests]
    told = [json.dumps(json.loads(each)["messages"], ensure_ascii=False) for each in bodies]
    assert sorted(("灯座" in each, "棋桌" in each) for each in told) == [(False, True), (True, False)]
    assert not any("王桂英" in each for each in told)


GOOD = json.dumps(HIGH)
DEGRADED = {
    "json_schema": ([Turn(GOOD)], ["json_schema"]),
    "400 for json_schema, a function call": (
        [Turn(status=400, error="response_format unsupported"), Turn(call=GOOD, finish="tool_calls")],
        ["json_schema", "tools"],
    ),
    "no function calling either, JSON mode": (
        [Turn(status=500), Turn(status=400, error="tools unsupported"), Turn(GOOD)],
        ["json_schema", "tools", "json_object"],
    ),
    "an empty call, wrong JSON, then JSON in fences": (
        [Turn(status=400), Turn(text=""), Turn('{"background": 7}'), Turn(f"```json\n{GOOD}\n```")],
        ["json_schema", "tools", "json_object", "text"],
    ),
    "text, with one retry": (
        [Turn(status=400)] * 3 + [Turn("我觉得不错"), Turn(GOOD)],
        ["json_schema", "tools", "json_object", "text", "text"],
    ),
}


@pytest.mark.parametrize(("turns", "asked"), DEGRADED.values(), ids=DEGRADED)
def test_each_step_down_gives_grades(turns: list[Turn], asked: list[str]) -> None:
    """Whichever way a server knows, the first note is graded by it."""
    with OpenAIServer(*turns, Turn(GOOD)) as server:
        ranking = grade(server)
        ways_asked = ways(server)
    assert ways_asked == [*asked, "json_schema"]
    assert "2 篇由模型逐篇打分" in ranking.told[0]


def test_without_a_usable_answer_the_declared_ranking_stands() -> None:
    """A model that cannot grade is asked no more than twice, and the author is told."""
    declared = rank_cases(records(), PERIOD, naming="surname")
    with OpenAIServer(*(Turn("不会") for _ in range(12))) as server:
        ranking = grade(server)
    assert ranking.offers == declared
    assert "模型没有打成分" in ranking.told[0]
    assert len(ranking.told) == 3


def test_a_note_that_is_not_graded_keeps_its_place_behind() -> None:
    """One useless answer costs one note its grades, no more."""
    with OpenAIServer(*(Turn("不会") for _ in range(5)), Turn(GOOD)) as server:
        ranking = grade(server)
    assert len(ranking.offers) == 2
    assert any("没有打成分" in each for each in ranking.told)
    assert "模型看" in "".join(ranking.offers[0].reasons)
    assert "模型看" not in "".join(ranking.offers[1].reasons)
