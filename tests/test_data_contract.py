"""The JSON of the commands: schemas are shipped as the types make them, and what is printed keeps to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assistant.cli.entry import run
from assistant.data.contract import CONTRACT, schema_file, schema_text

REGISTER = """编号,登记时间,反映人,类别,问题描述,状态,办结时间
1,2025-01-05,居民1,卫生,楼道有杂物,已办结,2025-01-08
2,2025-02-05,居民2,设施,楼道有杂物,已办结,2025-02-08
3,2025-03-05,居民3,卫生,楼道有杂物,已办结,2025-03-08
4,2025-04-05,居民4,设施,楼道有杂物,已办结,2025-04-08
5,2025-05-05,居民5,卫生,楼道有杂物,已办结,2025-05-08
6,2025-06-05,居民6,设施,楼道有杂物,已办结,2025-06-08
7,2025-07-05,居民7,卫生,楼道有杂物,已办结,2025-07-08
8,2025-08-05,居民8,设施,楼道有杂物,已办结,2025-08-08
9,2025-09-05,居民9,卫生,楼道有杂物,已办结,2025-09-08
10,2025-10-05,居民10,设施,楼道有杂物,已办结,2025-10-08
11,2025-11-05,居民11,卫生,楼道有杂物,已办结,2025-11-08
12,2025-12-05,居民12,设施,楼道有杂物,处理中,
"""
REPORT = "2025年工作总结\n全年登记问题{count}件，办结11件，办结率91.7%，卫生类6件。\n很多居民参加了座谈。**\n"


@pytest.fixture
def registers(tmp_path: Path) -> Path:
    folder = tmp_path / "台账"
    folder.mkdir()
    (folder / "问题登记簿.csv").write_text(REGISTER, encoding="utf-8")
    return folder


def report(tmp_path: Path, count: int) -> Path:
    file = tmp_path / f"总结{count}.txt"
    file.write_text(REPORT.format(count=count), encoding="utf-8")
    return file


def printed(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, Any]:
    capsys.readouterr()
    code = run([str(each) for each in words])
    return code, json.loads(capsys.readouterr().out)


def faults(command: str, value: Any) -> list[str]:
    schema = json.loads(schema_file(command).read_text(encoding="utf-8"))
    return [f"{each.json_path}: {each.message}" for each in Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.parametrize("command", CONTRACT)
def test_schemas_are_shipped_as_the_types_make_them(command: str) -> None:
    """A type that changes changes its schema; `python -m assistant.data.contract` writes them anew."""
    assert schema_file(command).read_text(encoding="utf-8") == schema_text(command)
    Draft202012Validator.check_schema(json.loads(schema_text(command)))


def test_a_check_keeps_to_its_schema_with_and_without_records(
    registers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Findings of every sort, evidence with rows and leftovers included, are as the schema says."""
    monkeypatch.chdir(tmp_path)
    file = report(tmp_path, 15)
    code, alone = printed(capsys, "check", file, "--json", "-")
    assert (code, faults("check", alone)) == (0, [])
    code, checked = printed(capsys, "check", file, "--records", registers, "--json", "-")
    assert (code, faults("check", checked)) == (0, [])
    wrong = next(each for each in checked["figures"] if each["text"] == "15件")
    assert (wrong["verdict"], wrong["expected"]["value"]) == ("contradicted", "12")
    assert [each["row"] for each in wrong["evidence"]["rows"]] == list(range(2, 14))


def test_the_schema_refuses_what_the_contract_does_not_know(
    registers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number with an exponent, a field left out, an unknown verdict or field is a fault."""
    _, checked = printed(capsys, "check", report(tmp_path, 15), "--records", registers, "--json", "-")
    for field, value in (("value", "3E+2"), ("verdict", "right"), ("colour", "red")):
        broken = json.loads(json.dumps(checked))
        broken["figures"][0][field] = value
        assert faults("check", broken), field
    del checked["figures"][0]["reason"]
    assert faults("check", checked)


def test_facts_drafts_and_imports_keep_to_their_schemas(
    registers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other commands' JSON is as their schemas say."""
    home = tmp_path / "幸福里"
    assert run(["init", str(home)]) == 0
    code, imported = printed(capsys, "import", registers, "--workspace", home, "--json", "-")
    assert (code, faults("import", imported)) == (0, [])
    code, facts = printed(capsys, "facts", "--workspace", home, "--rows", "--json", "-")
    assert (code, faults("facts", facts)) == (0, [])
    code, draft = printed(capsys, "draft", "--workspace", home, "--writer", "builtin", "--json", "-")
    assert (code, faults("draft", draft)) == (0, [])


@pytest.mark.parametrize(
    ("count", "fail_on", "code"),
    [
        (15, "contradicted", 1),
        (15, "contradicted,inconsistent", 1),
        (15, "inconsistent", 0),
        (15, "", 0),
        (12, "contradicted,inconsistent", 0),
        (15, "wrong", 2),
    ],
)
def test_exit_codes_of_fail_on(registers: Path, tmp_path: Path, count: int, fail_on: str, code: int) -> None:
    """1 where a figure got a named verdict, 0 where none did, 2 for a verdict that does not exist."""
    words = ["check", str(report(tmp_path, count)), "--records", str(registers), "--fail-on", fail_on]
    assert run(words) == code
