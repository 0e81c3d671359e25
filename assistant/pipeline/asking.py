"""Who is to be asked: what a report still lacks, or doubts, by the people who keep the registers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assistant.data.findings import Finding
from assistant.errors import YoujuError
from assistant.knowledge import Knowledge, Metric, Register
from assistant.pipeline.corrections import keeper_of
from assistant.pipeline.manuscripts import OpenItems
from assistant.reading import Limits
from assistant.store import Store

NOBODY = "还不知道归谁"
_PART = re.compile(r"(?:（[^）]*）|[^；（])+")
_ROWS_LOOKED_AT = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Keepers:
    """Who keeps what.

    Attributes:
        registers: Every register that may be spoken of.
        metrics: Every metric, whose names tell which register a gap is about.
        files: The live files of each register that has any.
        people: Who signed each file; files that nobody signed are left out.
    """

    registers: tuple[Register, ...]
    metrics: tuple[Metric, ...]
    files: Mapping[str, tuple[str, ...]]
    people: Mapping[str, str]

    def of_files(self, files: Sequence[str]) -> str:
        """Name whoever keeps files: by signature, else by the file."""
        named = dict.fromkeys(self.people.get(file) or f"保管《{file.rsplit('/', 1)[-1]}》的人" for file in files)
        return "、".join(named) if named else NOBODY

    def register(self, register_id: str | None) -> Register | None:
        """Return a register by its id."""
        return next((each for each in self.registers if each.id == register_id), None)

    def of_register(self, register: Register | None) -> str:
        """Name whoever keeps a register, imported or not."""
        if register is None:
            return NOBODY
        files = self.files.get(register.id, ())
        return self.of_files(files) if files else f"管“{register.name}”的人（这本台账还没有放进来）"


def list_keepers(store: Store, knowledge: Knowledge, *, limits: Limits) -> Keepers:
    """Gather who signed which live file, as the import found it."""
    files: dict[str, dict[str, None]] = {}
    for table in store.live_tables():
        files.setdefault(table.register_id, {})[table.file] = None
    people: dict[str, str] = {}
    for file in {name for names in files.values() for name in names}:
        try:
            people[file] = keeper_of(store, file, limits=limits)
        except YoujuError:  # an original that cannot be read now names nobody
            continue
    return Keepers(
        registers=(*knowledge.registers, *store.custom_registers()),
        metrics=knowledge.metrics,
        files={register: tuple(names) for register, names in files.items()},
        people={file: name for file, name in people.items() if name},
    )


def gaps_by_keeper(items: OpenItems, keepers: Keepers) -> dict[str, list[tuple[str, str]]]:
    """Group what is to be filled in: by keeper, the title of the section and what it lacks."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for title, reason in items.gaps:
        for part in _PART.findall(reason):
            keeper = keepers.of_register(_register_of_gap(part, keepers))
            groups.setdefault(keeper, []).append((title, part.strip()))
    return _nobody_last(groups)


def doubts_by_keeper(items: OpenItems, keepers: Keepers) -> dict[str, list[tuple[str, Finding]]]:
    """Group the figures to be looked up: by whoever keeps the rows, else the register, that they stand on."""
    groups: dict[str, list[tuple[str, Finding]]] = {}
    for title, finding in (*items.wrong, *items.unknown):
        groups.setdefault(_keeper_of_finding(finding, keepers), []).append((title, finding))
    return _nobody_last(groups)


def _register_of_gap(part: str, keepers: Keepers) -> Register | None:
    """Find the register that a gap names in its reason (缺议事会台账), else the one whose metric it names."""
    named = [each for each in keepers.registers if f"{each.name}台账" in part]
    if named:
        return max(named, key=lambda each: len(each.name))
    metrics = [each for each in keepers.metrics if each.name in part]
    return keepers.register(max(metrics, key=lambda each: len(each.name)).register_id) if metrics else None


def _keeper_of_finding(finding: Finding, keepers: Keepers) -> str:
    evidence = finding.evidence
    if evidence is not None and evidence.rows:
        return keepers.of_files(list(dict.fromkeys(row.file for row in evidence.rows[:_ROWS_LOOKED_AT])))
    metric = finding.claim.metric if finding.claim else None
    register_id = metric.split(".", 1)[0] if metric else evidence.register_id if evidence else None
    return keepers.of_register(keepers.register(register_id))


def _nobody_last(groups: dict[str, list[T]]) -> dict[str, list[T]]:
    return dict(sorted(groups.items(), key=lambda pair: pair[0] == NOBODY))
