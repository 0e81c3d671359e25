"""The author's decisions (裁定): kept under what was claimed, what was written, and the rows that it stood on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal

from assistant.data.findings import Decision, Evidence, Finding


def decision_key(finding: Finding) -> str:
    """Return the key of a decision on a finding; it changes when the claim, its value or its evidence rows do."""
    claim = finding.claim
    parts = [finding.kind, finding.text, _plain(finding.value)]
    if claim is not None:
        filters = "&".join(f"{name}={value}" for name, value in sorted(claim.filters.items()))
        parts += [claim.metric or "", claim.period or "", filters, claim.operation or ""]
    if finding.expected is not None:
        parts.append(_plain(finding.expected.value))
    parts += _rows(finding.evidence)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def with_decisions(findings: tuple[Finding, ...], decisions: Mapping[str, Decision]) -> tuple[Finding, ...]:
    """Put the author's decisions to the findings that they were made on; those on anything that changed have lapsed."""
    if not decisions:
        return findings
    return tuple(
        each.model_copy(update={"decision": decisions[key]}) if (key := decision_key(each)) in decisions else each
        for each in findings
    )


def _rows(evidence: Evidence | None) -> list[str]:
    if evidence is None:
        return []
    rows = [f"{row.file}|{row.sheet or ''}|{row.row}" for row in evidence.rows or ()]
    parts = [line for part in evidence.parts for line in _rows(part)]
    return [evidence.key or "", str(evidence.row_count), evidence.formula, *rows, *parts]


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
