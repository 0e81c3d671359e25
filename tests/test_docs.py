"""The documents tell the truth: commands and options exist, versions agree, files that are named are there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from assistant.cli.entry import run

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CALLS = sorted(set(re.findall(r"^youju (.+?)(?:\s+#.*)?$", README, re.MULTILINE)))


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    run([command, "--help"])
    return capsys.readouterr().out


@pytest.mark.parametrize("call", CALLS)
def test_a_command_of_the_readme_exists_with_its_options(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line that a user may copy is understood."""
    command, *words = call.split()
    text = help_of(command, capsys)
    assert "Usage" in text
    for option in (word for word in words if word.startswith("--")):
        assert option in text, f"youju {command} has no {option}"


def test_the_changelog_s_newest_version_is_the_project_s() -> None:
    """A release without a word about it fails here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == project["version"]


@pytest.mark.parametrize("page", ["README.md", "docs/playbooks.md", "docs/decisions/README.md"])
def test_paths_that_a_page_names_are_there(page: str) -> None:
    """`assistant/…`, `knowledge/…`, `docs/…` in code marks, and links to pages."""
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:assistant|knowledge|docs|eval|tests|examples)/[\w./-]*)`", text)
    missing = [name for name in named if not (ROOT / name).exists()]
    links = re.findall(r"\]\(((?!https?:)[^)#]+)\)", text)
    missing += [link for link in links if not (path.parent / link).exists()]
    assert not missing


def test_every_decision_is_listed() -> None:
    """The index of decisions names every page."""
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    pages = [page.name for page in (ROOT / "docs" / "decisions").glob("0*.md")]
    assert [name for name in pages if name not in index] == []
