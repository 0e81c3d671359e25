"""How far registers are kept, what is partial for it, and what is then not compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cli.entry import run
from assistant.errors import KnowledgeError
from assistant.knowledge import load_knowledge
from assistant.numerals import Period
from assistant.pipeline import Records, list_coverage, read_records
from assistant.reading import Limits

KNOWLEDGE = load_knowledge()
HEAD = "编号,登记时间,地点,反映人,问题描述,状态\n"


def rows(*months: str) -> str:
    """Return ten cases in each of some months."""
    lines = [f"W{m}{n},{m}-{n + 1:02d},3号楼,王芳,灯坏了{m}{n},处理中" for m in months for n in range(10)]
    return HEAD + "\n".join(lines) + "\n"


def opened(folder: Path, *months: str) -> Records:
    """Read a register of those months."""
    (folder / "问题登记.csv").write_text(rows(*months), encoding="utf-8")
    return read_records(folder, KNOWLEDGE, limits=Limits())


def test_coverage_names_the_last_day_the_gaps_and_what_is_partial(tmp_path: Path) -> None:
    """Kept to October with May missing: both are said, and the metrics of the year are partial."""
    months = [f"2025-{n:02d}" for n in (1, 2, 3, 4, 6, 7, 8, 9, 10)]
    (one,) = list_coverage(opened(tmp_path, *months), Period.years(2025))
    assert one.kept.last == "2025-10-10"
    assert one.kept.gaps == ("2025-05",)
    assert (one.status, one.reason) == ("partial", "问题登记台账只记到 2025-10-10，缺 2025年5月")
    assert "登记问题" in one.partial
    (half,) = list_coverage(opened(tmp_path, *months), Period.parse("2025Q3"))
    assert (half.status, half.partial) == ("full", ())


def test_last_year_is_compared_only_over_equal_covered_spans(tmp_path: Path) -> None:
    """Half a year kept in 2024: the year has no 同比, the half-year has one."""
    months = [*(f"2024-{n:02d}" for n in range(1, 7)), *(f"2025-{n:02d}" for n in range(1, 13))]
    records = opened(tmp_path, *months)
    year = records.engine.fact("issues.registered@2025#growth")
    assert year.value is None
    assert "缺 2024年7—12月" in (year.reason or "")
    assert "两段时间不对等" in (year.reason or "")
    assert records.engine.fact("issues.registered@2025H1#growth").value == 0


def test_facts_say_what_the_registers_do_not_cover(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The table of `youju facts` ends with the gaps."""
    opened(tmp_path, *(f"2025-{n:02d}" for n in range(1, 11)))
    assert run(["facts", "--records", str(tmp_path), "--period", "2025", "--metric", "issues.registered"]) == 0
    assert "只记到 2025-10-10" in capfd.readouterr().out


REGISTER = """\
id: pets
name: 养犬登记
kind: flow
measure_word: 只
aliases: [养犬, 犬只登记, 养犬登记]
date: registered_on
fields:
  - {id: registered_on, name: 登记日期, type: date, required: true}
  - {id: owner, name: 犬主, type: person, required: true, aliases: [主人]}
  - {id: breed, name: 品种, type: category, dimension: true, aliases: [犬种]}
  - {id: vaccinated, name: 已免疫, type: boolean, dimension: true, aliases: [是否免疫]}
"""
METRICS = """\
- {id: pets.count, register_id: pets, name: 登记犬只, operation: count, unit: 只}
- id: pets.vaccinated
  register_id: pets
  name: 已免疫犬只
  operation: count
  filters: [{field: vaccinated, values: [是]}]
  unit: 只
- {id: pets.vaccinated_rate, register_id: pets, name: 免疫率, operation: ratio, parts: [pets.vaccinated, pets.count],
   unit: '%', decimals: 1}
"""
PETS = "登记日期,犬主,犬种,是否免疫\n2025-03-01,王芳,柯基,是\n2025-03-02,李明,土狗,否\n2025-04-02,赵刚,土狗,是\n"


def knowledge_folder(folder: Path) -> Path:
    """Write a user's own knowledge: one register with its metrics, and one more metric of a packaged register."""
    for name, text in (("registers/pets.yaml", REGISTER), ("metrics/pets.yaml", METRICS)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_register_is_added_by_yaml_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three files of text, no code: recognised, typed, counted, broken down, and told by the command line."""
    own = knowledge_folder(tmp_path / "own")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "养犬登记.csv").write_text(PETS, encoding="utf-8")
    records = read_records(tmp_path / "data", load_knowledge(own), limits=Limits())
    engine = records.engine
    assert engine.fact("pets.count@2025").value == 3
    assert engine.fact("pets.count@2025?breed=土狗").value == 2
    assert engine.fact("pets.vaccinated_rate@2025").formula == "2÷3"
    monkeypatch.setenv("YOUJU_KNOWLEDGE", str(own))
    assert run(["facts", "--records", str(tmp_path / "data"), "--period", "2025", "--metric", "pets.count"]) == 0


def test_a_table_is_read_anew_when_a_register_for_it_was_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """First it keeps its own columns; after the YAML is there, the same unchanged file becomes that register."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "养犬登记.csv").write_text(PETS, encoding="utf-8")
    command = ["import", str(tmp_path / "data"), "--workspace", str(tmp_path / "w"), "--json", "-"]
    run(["init", str(tmp_path / "w")])
    assert run(command) == 0
    assert '"register_id":"custom:' in capfd.readouterr().out
    monkeypatch.setenv("YOUJU_KNOWLEDGE", str(knowledge_folder(tmp_path / "own")))
    assert run(command) == 0
    assert '"register_id":"pets"' in capfd.readouterr().out


def test_a_metric_of_an_unknown_field_is_refused_by_name(tmp_path: Path) -> None:
    """A slip in a user's YAML names the metric and the field."""
    own = knowledge_folder(tmp_path / "own")
    (own / "metrics" / "pets.yaml").write_text(METRICS.replace("vaccinated, values", "vacinated, values"), "utf-8")
    with pytest.raises(KnowledgeError, match="vacinated"):
        load_knowledge(own)
