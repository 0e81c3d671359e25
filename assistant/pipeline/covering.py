"""How far each register is kept, and what that leaves partial in a period."""

from __future__ import annotations

from assistant.data.facts import RegisterCoverage
from assistant.facts import FactKey
from assistant.numerals import Period
from assistant.pipeline.records import Records


def list_coverage(records: Records, period: Period) -> tuple[RegisterCoverage, ...]:
    """Say of each register how far it is kept, whether that covers a period, and which of its metrics suffer."""
    engine = records.engine
    found = []
    for register in records.warehouse.registers():
        status, reason = engine.covered(register.id, period)
        own = [each for each in engine.metrics if each.register_id == register.id and not each.id.startswith("custom:")]
        partial = [each.name for each in own if engine.answer(FactKey(each.id, period)).coverage in ("partial", "none")]
        found.append(
            RegisterCoverage(
                name=register.name, kept=records.warehouse.coverage(register.id), period=str(period), status=status,
                reason=reason, partial=tuple(partial) if status != "full" else (),
            )
        )  # fmt: skip
    return tuple(found)
