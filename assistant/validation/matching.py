"""Which register a table belongs to, and which field each of its columns is.

Names decide first (header, alias, last level of a header path), values confirm or refute them, and one assignment is
made for all columns together. A name that nearly every register knows (日期, 备注) says little about which register a
table is; one that a single register knows (应到, 转办单位) says nearly all: names weigh by their rarity.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.data.tables import FieldMapping, Mapping, Table
from assistant.knowledge import Register, RegisterField
from assistant.validation.assignment import best_assignment
from assistant.validation.headers import fold, fold_name, is_anonymous, name_forms, table_shape
from assistant.validation.keyvalue import match_wide_profile
from assistant.validation.profiles import ColumnProfile, compatibility, known_share, profile_columns

SURE_MAPPING = 0.6
"""Confidence below which a table is no known register and the author is asked."""
_LEAST_SCORE = 0.34
_SERIAL = frozenset(("序号", "序", "no", "项次", "行号"))
_UNKNOWN_WEIGHT = 0.35
_TELLING = 0.75
"""Rarity of a name that hardly any other register knows; without one, and without a word in the title, doubt is due."""
By = Literal["name", "alias", "values", "author", "none"]


@dataclass(frozen=True, slots=True)
class _Match:
    register: Register
    fields: tuple[tuple[RegisterField | None, float, By], ...]
    confidence: float


def match_table(
    table: Table, registers: Sequence[Register], remembered: Mapping | Callable[[str], Mapping | None] | None = None
) -> Mapping:
    """Say which register a table belongs to and which field each column is.

    Args:
        table: As reading gave it.
        registers: The known registers, custom ones that were derived before included.
        remembered: The mapping that the author confirmed for a table of the same shape, or how to look it up by shape.

    Returns:
        The mapping; `custom:<slug>` with a confidence below `SURE_MAPPING` when no register fits.
    """
    shape = table_shape(table)
    kept = remembered(shape) if callable(remembered) else remembered
    if kept is not None:
        reused = reuse_mapping(table, kept)
        if reused is not None:
            return reused
    wide = match_wide_profile(table, registers)
    if wide is not None:
        return wide
    profiles = profile_columns(table)
    standard = [register for register in registers if not register.id.startswith("custom:")]
    matches = rank_registers(table, standard, profiles)
    best = matches[0] if matches else None
    if best is None or best.confidence < SURE_MAPPING:
        from assistant.validation.custom import custom_mapping

        return custom_mapping(table, profiles, best.confidence if best else 0.0)
    fields = tuple(
        FieldMapping(
            column=column.name, index=column.index, field=field.id if field else None,
            confidence=round(min(1.0, score), 3), by=by if field else "none",
        )
        for column, (field, score, by) in zip(table.columns, best.fields, strict=True)
    )  # fmt: skip
    return Mapping(shape=shape, register_id=best.register.id, confidence=round(best.confidence, 3), fields=fields)


def reuse_mapping(table: Table, remembered: Mapping) -> Mapping | None:
    """Apply a remembered mapping to a table with the same column names, in any order and place on the sheet.

    Returns:
        The mapping with this table's columns, or None when the names differ.
    """
    known: dict[str, list[FieldMapping]] = {}
    for each in remembered.fields:
        known.setdefault(fold_name(each.column), []).append(each)
    if Counter(fold_name(column.name) for column in table.columns) != Counter({k: len(v) for k, v in known.items()}):
        return None
    fields = tuple(
        known[fold_name(column.name)].pop(0).model_copy(update={"column": column.name, "index": column.index})
        for column in table.columns
    )
    return remembered.model_copy(update={"shape": table_shape(table), "fields": fields})


def rank_registers(table: Table, registers: Sequence[Register], profiles: Sequence[ColumnProfile]) -> list[_Match]:
    """Match a table against each register, best first."""
    rarity = _name_rarity(registers)
    hints = _hints(table, registers)
    found = [_match(table, register, profiles, rarity, hints.get(register.id, 0.0)) for register in registers]
    found.sort(key=lambda match: -match.confidence)
    if len(found) > 1 and found[0].confidence > 0:
        margin = min(1.0, (found[0].confidence - found[1].confidence) / 0.12)
        if margin < 1:
            first = found[0]
            found[0] = _Match(first.register, first.fields, first.confidence * (0.8 + 0.2 * margin))
    return found


def _name_rarity(registers: Sequence[Register]) -> dict[str, float]:
    """Return for each known name how much it tells about the register: 1 when only one knows it, near 0 when all do."""
    known: Counter[str] = Counter()
    for register in registers:
        known.update({fold_name(name) for field in register.fields for name in (field.name, *field.aliases)})
    scale = math.log(len(registers) + 1) or 1.0
    return {name: math.log((len(registers) + 1) / count) / scale for name, count in known.items()}


def _hints(table: Table, registers: Sequence[Register]) -> dict[str, float]:
    """Return how strongly sheet name, titles and file name point to each register; the longest word found leads."""
    stem = table.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    places = [(table.sheet or "", 1.0), *((title, 0.95) for title in table.titles[:3]), (stem, 0.9)]
    texts = [(fold(text), weight) for text, weight in places]
    strength: dict[str, tuple[int, float]] = {}
    for register in registers:
        for alias in (register.name, *register.aliases):
            word = fold(alias)
            weight = max((weight for text, weight in texts if word in text), default=0.0)
            if weight and len(word) >= strength.get(register.id, (0, 0.0))[0]:
                strength[register.id] = (len(word), weight)
    longest = max((length for length, _ in strength.values()), default=0)
    return {key: weight * (1.0 if length == longest else 0.6) for key, (length, weight) in strength.items()}


def _match(
    table: Table, register: Register, profiles: Sequence[ColumnProfile], rarity: dict[str, float], hint: float
) -> _Match:
    """Assign columns to the fields of one register and judge how well the whole fits."""
    names = _field_names(register)
    rows = [
        [_score(column.name, profile, field, names) for field in register.fields]
        for column, profile in zip(table.columns, profiles, strict=True)
    ]
    worth = [1.05 if field.id == register.date else 1.0 for field in register.fields]
    chosen = best_assignment(
        [[s * w if s >= _LEAST_SCORE else 0.0 for (s, _), w in zip(row, worth, strict=True)] for row in rows]
    )
    fields: list[tuple[RegisterField | None, float, By]] = []
    gained = total = distinct = unknown = rarest = 0.0
    for column, profile, at, row in zip(table.columns, profiles, chosen, rows, strict=True):
        if at is None:
            fields.append((None, 0.0, "none"))
        else:
            fields.append((register.fields[at], *row[at]))
        if not profile.filled:
            continue
        if at is not None and register.fields[at].values:
            share = known_share(profile, register.fields[at])
            distinct += share if share >= 0.6 else 0.0
        weight = max((rarity.get(form, 0.0) for form, _ in name_forms(column.name)), default=0.0)
        if weight:
            weight = max(weight, 0.12)
            total += weight
            gained += weight * (row[at][0] if at is not None else 0.0)
            rarest = max(rarest, weight if at is not None else 0.0)
            distinct += weight * (row[at][0] if at is not None else 0.0)
        elif at is not None:
            gained += _UNKNOWN_WEIGHT * row[at][0]
            total += _UNKNOWN_WEIGHT
            distinct += 0.5 * row[at][0]
        else:
            unknown += _UNKNOWN_WEIGHT
    total += min(unknown, 0.5 * total + 0.5)
    evidence = gained / total if total else 0.0
    taken = {field.id for field, _, _ in fields if field is not None}
    required = [field.id for field in register.fields if field.required]
    present = sum(name in taken for name in required) / len(required) if required else 0.8
    confidence = (0.62 * evidence + 0.2 * present + 0.18 * hint) * min(1.0, (distinct + 1.6 * hint) / 1.6)
    if present < 0.5:
        confidence *= 0.6 + 0.4 * present
    if rarest < _TELLING and not hint:
        confidence *= 0.85
    if register.kind == "flow" and register.date in required and register.date not in taken:
        confidence *= 0.85
    return _Match(register, tuple(fields), min(1.0, confidence + (0.1 if evidence > 0.9 and present == 1 else 0.0)))


def _field_names(register: Register) -> dict[str, tuple[str, frozenset[str]]]:
    return {
        field.id: (fold_name(field.name), frozenset(fold_name(alias) for alias in field.aliases))
        for field in register.fields
    }


def _score(
    column: str, profile: ColumnProfile, field: RegisterField, names: dict[str, tuple[str, frozenset[str]]]
) -> tuple[float, By]:
    """Score one column against one field, with what decided."""
    name, aliases = names[field.id]
    best = 0.0
    by: By = "none"
    for form, weight in name_forms(column):
        if form == name:
            value = weight
            kind: By = "name"
        elif form in aliases:
            value, kind = 0.97 * weight, "alias"
        else:
            value, kind = weight * _partial(form, name, aliases), "alias"
        if value > best:
            best, by = value, kind
    if best:
        if field.type == "code" and fold_name(column) in _SERIAL:
            best *= 0.85
        return best * (0.3 + 0.7 * compatibility(profile, field)), by
    return _by_values(column, profile, field), "values"


def _partial(form: str, name: str, aliases: frozenset[str]) -> float:
    """Score a name that holds a field's name at its end or start: 本次问题描述, 经费（元)合计."""
    best = 0.0
    for known in (name, *aliases):
        if len(known) < 2 or len(form) < 2:
            continue
        if form.endswith(known):
            best = max(best, 0.55 + 0.3 * len(known) / len(form))
        elif known in form or (len(form) >= 2 and known.startswith(form) and len(known) - len(form) <= 2):
            best = max(best, 0.4 + 0.3 * min(len(known), len(form)) / max(len(known), len(form)))
    return best


def _by_values(column: str, profile: ColumnProfile, field: RegisterField) -> float:
    """Score a column by its values alone: known categories, and for a column without a name also its type."""
    if not profile.filled:
        return 0.0
    if field.type == "category" and field.values and profile.length < 12:
        share = known_share(profile, field)
        if (
            share >= 0.6
            and (len(profile.sample) > 1 or share == 1)
            and not re.fullmatch(r"[是否有无√×]", next(iter(profile.sample)))
        ):
            return 0.5 * share
    if not is_anonymous(column):
        return 0.0
    if field.required and field.type in ("date", "datetime") and profile.dates > 0.8:
        return 0.45
    if field.type == "phone" and profile.phones > 0.8:
        return 0.45
    return 0.4 if field.type == "person" and profile.names > 0.9 and profile.distinct_share > 0.5 else 0.0
