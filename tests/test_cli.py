"""The commands keep the public contract: exit codes, JSON alone on stdout, Chinese messages, nothing written aside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli.entry import run

REGISTER = """问题登记簿（幸福里）
编号,登记时间,反映人,反映渠道,类别,问题描述,状态,办结时间,结果,备注
1,2025-03-05,王芳,微信群,卫生,楼道有杂物,已办结,2025-03-08,已解决,
2,2025-04-01,李强,电话,设施,路灯不亮,已办结,2025-04-03,已解决,
3,2025-05-20,王芳,微信群,卫生,垃圾桶满了,处理中,,,
4,2025-05-21,王芳,微信群,卫生,垃圾桶满了,处理中,,,与3重复
5,2025-07-09,赵敏,上门,噪音,夜里有声音,待处理,,,
"""


@pytest.fixture
def registers(tmp_path: Path) -> Path:
    folder = tmp_path / "台账"
    folder.mkdir()
    (folder / "问题登记簿.csv").write_bytes(REGISTER.encode("gb18030"))
    return folder


@pytest.fixture
def workspace(tmp_path: Path, registers: Path) -> Path:
    folder = tmp_path / "幸福里"
    assert run(["init", str(folder)]) == 0
    assert run(["import", str(registers), "--workspace", str(folder)]) == 0
    return folder


def output_of(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    value = json.loads(capsys.readouterr().out)
    assert isinstance(value, dict)
    return value


def test_import_is_repeatable_and_says_what_a_corrected_file_changed(
    workspace: Path, registers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same file changes nothing; a corrected one replaces it, with the rows added and gone."""
    capsys.readouterr()
    assert run(["import", str(registers), "--workspace", str(workspace), "--json", "-"]) == 0
    again = output_of(capsys)
    assert [file["outcome"] for file in again["files"]] == ["unchanged"]  # type: ignore[attr-defined]
    assert again["records"] == 5
    corrected = REGISTER.replace("5,2025-07-09,赵敏", "5,2025-07-10,赵敏")
    corrected += "6,2025-08-01,钱进,电话,安全,电线外露,待处理,,,\n"
    (registers / "问题登记簿.csv").write_bytes(corrected.encode("gb18030"))
    assert run(["import", str(registers), "--workspace", str(workspace), "--json", "-"]) == 0
    (file,) = output_of(capsys)["files"]  # type: ignore[misc]
    assert file["outcome"] == "replaced"
    assert (file["tables"][0]["added"], file["tables"][0]["removed"], file["tables"][0]["rows"]) == (2, 1, 6)


def test_facts_give_value_formula_and_rows(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fact's rows are the sheet's own row numbers; marked duplicates are left out and said."""
    capsys.readouterr()
    key = "issues.registered@2025"
    assert run(["facts", "--workspace", str(workspace), "--key", key, "--rows", "--json", "-"]) == 0
    result = output_of(capsys)
    (fact,) = result["facts"]  # type: ignore[misc]
    assert result["schema"] == 1
    assert (fact["key"], fact["value"], fact["unit"]) == (key, "4", "项")
    assert fact["left_out"] == {"duplicates": 1}
    assert [row["row"] for row in fact["rows"]] == [3, 4, 5, 7]
    assert {row["file"] for row in fact["rows"]} == {"问题登记簿.csv"}


def test_records_are_only_read(registers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--records` writes neither into the folder nor into the current one."""
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    before = {path: path.read_bytes() for path in registers.rglob("*")}
    assert run(["facts", "--records", str(registers), "--period", "2025", "--json", "-"]) == 0
    assert {path: path.read_bytes() for path in registers.rglob("*")} == before
    assert list(elsewhere.iterdir()) == []


def test_a_draft_binds_every_number_and_exports(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bindings cut the text, sections cover it, and the same report leaves as Word and Markdown."""
    capsys.readouterr()
    assert run(["draft", "--workspace", str(workspace), "--writer", "builtin", "--json", "-"]) == 0
    draft = output_of(capsys)
    text = str(draft["text"])
    bindings = draft["bindings"]
    assert isinstance(bindings, list)
    assert bindings
    for each in bindings:
        assert text[each["start"] : each["end"]] == each["text"]
    facts = {each["id"] for each in draft["facts"]}  # type: ignore[attr-defined]
    assert {each["fact"] for each in bindings} <= facts
    for name in ("总结.docx", "总结.md"):
        out = tmp_path / name
        assert run(["export", "--workspace", str(workspace), "--out", str(out)]) == 0
        assert out.stat().st_size > 200
    assert (tmp_path / "总结.md").read_text(encoding="utf-8").strip() == text.strip()


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["facts", "--workspace", "没有的"], 2, "还不是工作区"),
        (["facts", "--records", "没有的"], 2, "找不到"),
        (["facts", "--records", "{registers}", "--period", "今年"], 2, "看不懂的时间段"),
        (["facts", "--records", "{registers}", "--metric", "issues.nothing"], 2, "没有这个指标"),
        (["facts", "--nothing"], 2, "没有这个选项"),
        (["export", "--workspace", "{workspace}"], 2, "还缺一项"),
        (["export", "--workspace", "{workspace}", "--out", "x.docx"], 3, "还没有写过总结"),
        (["draft", "--workspace", "{workspace}", "--outline", "诗歌"], 2, "没有叫“诗歌”的提纲"),
        (["import", "{empty}", "--workspace", "{workspace}"], 3, "没有文件"),
        (["init", "{file}"], 3, "工作区建不起来"),
        (["nothing"], 2, "命令写得不对"),
    ],
)
def test_every_error_is_a_chinese_sentence_with_its_exit_code(
    arguments: list[str], code: int, word: str, workspace: Path, registers: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """What, where and what to do next; never a traceback."""
    (tmp_path / "空的").mkdir()
    places = {
        "registers": registers,
        "workspace": workspace,
        "empty": tmp_path / "空的",
        "file": registers / "问题登记簿.csv",
    }
    capsys.readouterr()
    assert run([each.format(**places) for each in arguments]) == code
    said = capsys.readouterr().err.replace("\n", "")
    assert word in said
    assert "Traceback" not in said


def test_an_unreadable_file_is_told_and_the_rest_goes_on(
    workspace: Path, registers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 4: done, some file unreadable; the hint names the mend."""
    (registers / "老文件.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    capsys.readouterr()
    assert run(["import", str(registers), "--workspace", str(workspace)]) == 4
    assert "另存为" in capsys.readouterr().out


def test_json_is_written_whole_to_a_file(registers: Path, tmp_path: Path) -> None:
    """`--json FILE` makes a file of the same content that `-` prints."""
    out = tmp_path / "深" / "facts.json"
    assert run(["facts", "--records", str(registers), "--json", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["period"] == "2025"
    assert [path.name for path in out.parent.iterdir()] == ["facts.json"]


@pytest.mark.parametrize("command", ["facts", "draft"])
def test_facts_and_drafts_load_no_heavy_library(command: str, workspace: Path) -> None:
    """Neither streamlit, chromadb, langchain nor openai is imported, nor pandas."""
    arguments = ["youju", command, "--workspace", str(workspace), "--json", os.devnull]
    code = (
        "import sys\n"
        "from assistant.cli.entry import main\n"
        f"sys.argv = {arguments!r}\n"
        "heavy = {'streamlit', 'chromadb', 'langchain', 'langchain_core', 'openai', 'pandas'}\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as done:\n"
        "    loaded = sorted(heavy & set(sys.modules))\n"
        "    sys.exit(f'{done.code} {loaded}' if done.code or loaded else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr


def test_doctor_says_what_is_there(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every check passes on a sound workspace, and a missing record file is found."""
    capsys.readouterr()
    assert run(["doctor", "--workspace", str(workspace), "--json", "-"]) == 0
    checks = {each["name"]: each["state"] for each in output_of(capsys)["checks"]}  # type: ignore[attr-defined]
    assert checks["工作区"] == checks["台账与指标"] == checks["示例小区"] == "ok"
    for path in (workspace / "records").rglob("*.parquet"):
        path.unlink()
    assert run(["doctor", "--workspace", str(workspace)]) == 3
    assert "不见了" in capsys.readouterr().out


def test_an_edited_export_is_looked_at_and_then_taken_back(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking saves nothing; with --save the next export carries what the colleague wrote."""
    import docx

    word, text = tmp_path / "总结.docx", tmp_path / "总结.md"
    assert run(["draft", "--workspace", str(workspace), "--period", "2025", "--writer", "builtin"]) == 0
    assert run(["export", "--workspace", str(workspace), "--out", str(word)]) == 0
    document = docx.Document(str(word))
    paragraph = next(each for each in document.paragraphs if "4项" in each.text and each.style.name == "Normal")
    paragraph.add_run("这一句是街道加的。")
    document.add_comment(runs=paragraph.runs[0], text="再核一下", author="李科长")
    document.save(str(word))
    for options, taken in (([], False), (["--save"], True)):
        capsys.readouterr()
        assert run(["review", str(word), "--workspace", str(workspace), *options]) == 0
        said = capsys.readouterr().out
        assert "改动 1 处，批注和修订 1 条" in said
        assert "批注（李科长）：再核一下" in said
        assert ("已收进总结" in said) == taken
        assert run(["export", "--workspace", str(workspace), "--out", str(text)]) == 0
        assert ("这一句是街道加的。" in text.read_text(encoding="utf-8")) == taken
