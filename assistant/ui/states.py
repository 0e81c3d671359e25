"""The state of each place, cheap enough for a header: what is done, what waits."""

from __future__ import annotations

import json

import streamlit as st

from assistant.data.tables import Problem
from assistant.review import unwritten_sections
from assistant.ui.desk import Desk

_ASIDE = "set_aside"


def place_states(desk: Desk, *, wait: bool = True) -> dict[str, str]:
    """Return a short state by place: ✓, or how much waits.

    Args:
        desk: The window's workspace.
        wait: Whether the records may be opened for it; the first screen does not wait for them.
    """
    if not desk.has_records:
        return {}
    states = {"facts": "✓"}
    if wait or desk.records_are_open:
        waiting = len(open_problems(desk))
        states["sources"] = f"· {waiting} 项待处理" if waiting else "✓"
    sections = desk.laid_down()
    if sections:
        empty = {each.id for each in unwritten_sections(sections)}
        written = sum(
            bool(each.text.strip()) and "【待填" not in each.text and each.id not in empty for each in sections
        )
        states["writing"] = "✓" if written == len(sections) else f"· {written}/{len(sections)} 节"
        known = desk.known_findings(sections)
        if known is not None:
            wrong = sum(finding.is_wrong for found in known.values() for finding in found)
            states["checking"] = f"· {wrong} 处不一致" if wrong else "✓"
    return states


def problem_key(problem: Problem) -> str:
    """Return what a problem is set aside under; it comes back when the cell says something else."""
    return f"{problem.code}|{problem.file}|{problem.sheet}|{problem.row}|{problem.cell}|{problem.raw}"


def all_problems(desk: Desk) -> tuple[Problem, ...]:
    """List every problem of the workspace."""
    return _problems(str(desk.folder), desk.generation, desk)


def open_problems(desk: Desk) -> list[Problem]:
    """List the problems that wait for the author: neither notes nor set aside."""
    aside = set_aside(desk)
    return [each for each in all_problems(desk) if each.severity != "note" and problem_key(each) not in aside]


def set_aside(desk: Desk) -> set[str]:
    """Return the keys of the problems that the author set aside."""
    return set(json.loads(desk.store.value(_ASIDE) or "[]"))


def put_aside(desk: Desk, problem: Problem, *, back: bool = False) -> None:
    """Set a problem aside, or take it back."""
    keys = set_aside(desk)
    (keys.discard if back else keys.add)(problem_key(problem))
    desk.store.set_value(_ASIDE, json.dumps(sorted(keys), ensure_ascii=False))


@st.cache_resource(show_spinner=False, max_entries=16)
def _problems(folder: str, generation: int, _desk: Desk) -> tuple[Problem, ...]:
    del folder, generation
    sources = _desk.store.sources()
    tables = _desk.store.live_tables()
    return (
        *(problem for source in sources for problem in source.problems),
        *(problem for table in tables for problem in table.problems),
        *(_desk.records.disagreements if tables else ()),
    )
