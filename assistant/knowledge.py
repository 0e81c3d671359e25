"""Loads and validates `knowledge/`: what the product knows as data, so that a user can change it without code.

Registers and metrics are YAML files of the shapes below. A wrong file is a `KnowledgeError` that names the file and the
key. The folder is found by `packaged_folder`, in a wheel and in a checkout alike; a user's own folder may add to it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from assistant.data.values import Value
from assistant.errors import KnowledgeError

FieldType = Literal[
    "text", "category", "person", "place", "date", "datetime", "number", "integer", "money", "duration", "percent",
    "boolean", "phone", "code",
]  # fmt: skip
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
T = TypeVar("T")
RegisterId = Annotated[str, Field(pattern=r"^(custom:)?[a-z][a-z0-9_]*$")]
"""A declared register, or `custom:<slug>` for a table that keeps its own columns."""
MetricId = Annotated[str, Field(pattern=r"^(custom:)?[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Operator = Literal["is", "in", "not_in", "filled", "empty", "ge", "gt", "le", "lt", "contains"]
NUMERIC_TYPES: frozenset[str] = frozenset({"number", "integer", "money", "duration", "percent"})
TIME_TYPES: frozenset[str] = frozenset({"date", "datetime"})


class RegisterField(Value):
    """One field of a register.

    Attributes:
        id: Stable id, used in metrics and filters.
        name: The column's usual header.
        type: How cells are read. `duration` is stored in whole seconds.
        unit: Unit of numbers when the sheet states none.
        aliases: Other headers of the same column.
        values: For categories: canonical value → other words for it.
        dimension: Whether facts may be broken down by it.
        derive: How the field is computed when no column carries it: `difference` (of two dates in `sources`),
            `building` (a building's number found in the texts of `sources`), `age` (from a date of birth),
            `positive` / `negative` (an amount by the direction that the second source states).
        sources: Field ids that `derive` reads, in order.
    """

    id: Identifier
    name: str
    type: FieldType
    unit: str | None = None
    required: bool = False
    dimension: bool = False
    aliases: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    derive: Literal["difference", "building", "age", "positive", "negative"] | None = None
    sources: tuple[Identifier, ...] = ()


class Mark(Value):
    """Words in a record that mark the whole row, e.g. 重复登记 in 备注; stored as `mark__<id>`.

    Attributes:
        fields: Field ids whose text is searched.
        patterns: Regular expressions.
        counted: False when such rows stay records but are left out of every metric (duplicates).
    """

    id: Identifier
    name: str
    fields: tuple[Identifier, ...]
    patterns: tuple[str, ...]
    counted: bool = True


class Register(Value):
    """A kind of table (台账), declared in `knowledge/registers/<id>.yaml`.

    Attributes:
        aliases: Words of file names, sheet names and titles that point to it.
        kind: `flow` when each row happened on a date, `stock` when rows describe what there is.
        date: The field that places a row in a period; a stock may name the date from which a row holds.
        key: Field ids that identify a record across files; empty when only the whole row does.
        singular: What one record is called, with its measure word (`项`).
    """

    id: RegisterId
    name: str
    kind: Literal["flow", "stock"]
    measure_word: str = "条"
    aliases: tuple[str, ...] = ()
    date: Identifier | None = None
    key: tuple[Identifier, ...] = ()
    marks: tuple[Mark, ...] = ()
    fields: tuple[RegisterField, ...]

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        """Refuse a file that speaks of fields which it does not declare."""
        known = {each.id for each in self.fields}
        spoken = [*self.key, *([self.date] if self.date else [])]
        spoken += [name for mark in self.marks for name in mark.fields]
        spoken += [name for each in self.fields for name in each.sources]
        for name in spoken:
            if name not in known:
                raise ValueError(f"字段 {name} 没有在 fields 里声明")
        if len(known) != len(self.fields):
            raise ValueError("fields 里有重名的 id")
        return self

    def field(self, field_id: str) -> RegisterField | None:
        """Return the field of that id, or None."""
        return next((each for each in self.fields if each.id == field_id), None)


class Filter(Value):
    """One condition on a record: (field, operator, values); never SQL text."""

    field: str
    op: Operator = "is"
    values: tuple[str, ...] = ()


class Metric(Value):
    """A declared measure (指标), from `knowledge/metrics/*.yaml`.

    Attributes:
        id: `<register>.<name>`.
        name: What people call it, as used in drafts.
        aliases: Other wordings that the checker recognises.
        operation: `count` rows, `distinct` values of `field`, `sum`/`mean`/`max`/`min` of `field`,
            `ratio` = parts[0] ÷ parts[1], `difference` = parts[0] − parts[1] − …, `total` = sum of parts,
            `balance` = what was carried forward last (parts[0] + parts[1]) + parts[2] − parts[3] since then,
            `opening` = the same at the beginning of the period.
        field: The field that the operation reads.
        also: For `distinct`: fields that tell two holders of the same `field` apart (a birth date beside a name).
        filters: Conditions on the rows; all hold.
        either: Further conditions of which at least one holds.
        as_of: A date field that must be empty or not later than the cut-off: a case closed later is open at it.
        date: A date field other than the register's own, e.g. the closing date.
        unit: Unit of the value in drafts; `%` makes a ratio a percentage.
        kind: `flow` counts within the period; `stock` as of its end.
        additive: False when values of different periods or groups may not be added up.
        parts: Metric ids of a ratio, difference or total.
        dimensions: Fields to break it down by; None means every dimension of the register.
        holder: Field that names the holder of a maximum or minimum.
        better: The direction that is good news.
        decimals: Digits after the point in drafts.
    """

    id: MetricId
    register_id: RegisterId
    name: str
    aliases: tuple[str, ...] = ()
    operation: Literal[
        "count", "distinct", "sum", "mean", "max", "min", "ratio", "difference", "total", "balance",
        "opening",
    ]  # fmt: skip
    field: Identifier | None = None
    also: tuple[Identifier, ...] = ()
    filters: tuple[Filter, ...] = ()
    either: tuple[Filter, ...] = ()
    as_of: Identifier | None = None
    date: Identifier | None = None
    unit: str
    kind: Literal["flow", "stock"] = "flow"
    additive: bool = True
    parts: tuple[MetricId, ...] = ()
    dimensions: tuple[Identifier, ...] | None = None
    holder: Identifier | None = None
    better: Literal["up", "down", "none"] = "none"
    decimals: int = 0


class BookSide(Value):
    """One side of a comparison of books.

    Attributes:
        register_id: Register; `custom` for any table of its own columns that has the named ones.
        field: What is added up, or counted when `distinct`; for `custom`, words that the column's name ends in.
        filters: Conditions on the rows.
        keys: Fields that name a row to the other book (a project's code and name).
        texts: Fields of the other book in which such a name may stand.
        group: The field by which both sides are compared; for `custom`, words that the column's name ends in.
        distinct: Whether different values are counted.
    """

    register_id: str
    field: str
    filters: tuple[Filter, ...] = ()
    keys: tuple[Identifier, ...] = ()
    texts: tuple[Identifier, ...] = ()
    group: str | None = None
    distinct: bool = False


class BookCheck(Value):
    """Two books, or two columns of one, that should agree; declared in `knowledge/books.yaml`.

    Attributes:
        kind: `running` (a balance row by row), `sums` (of a year), `linked` (a row against those that name it),
            `groups` (by a shared field).
        income: Of `running`: the field that adds.
        expense: Of `running`: the field that takes away.
        opening: Of `running`: the mark of rows that carry a balance forward.
        same_day: Of `linked`: whether rows belong together only on the same day.
        hint: What to do when they disagree, in Chinese.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
    kind: Literal["running", "sums", "linked", "groups"]
    name: str
    one: BookSide
    other: BookSide | None = None
    income: Identifier | None = None
    expense: Identifier | None = None
    opening: Identifier | None = None
    same_day: bool = False
    unit: str = "元"
    hint: str = ""


class Knowledge(Value):
    """All registers, metrics and comparisons of books, checked against one another."""

    registers: tuple[Register, ...]
    metrics: tuple[Metric, ...]
    books: tuple[BookCheck, ...] = ()

    @model_validator(mode="after")
    def _books_resolve(self) -> Self:
        """Refuse comparisons of unknown registers or fields."""
        registers = {each.id: each for each in self.registers}
        for check in self.books:
            for side in (check.one, check.other):
                if side is None or side.register_id == "custom":
                    continue
                register = registers.get(side.register_id)
                if register is None:
                    raise ValueError(f"对账 {check.id} 的台账 {side.register_id} 不存在")
                names = [side.field, side.group, *side.keys, *side.texts, *(each.field for each in side.filters)]
                names += [check.income, check.expense] if side is check.one else []
                for name in names:
                    if name is not None and register.field(name) is None:
                        raise ValueError(f"对账 {check.id} 的字段 {name} 在台账 {register.id} 里没有")
        return self

    @model_validator(mode="after")
    def _metrics_resolve(self) -> Self:
        """Refuse metrics of unknown registers, fields or parts."""
        registers = {each.id: each for each in self.registers}
        metrics = {each.id for each in self.metrics}
        if len(metrics) != len(self.metrics):
            raise ValueError("指标 id 有重复")
        for metric in self.metrics:
            register = registers.get(metric.register_id)
            if register is None:
                raise ValueError(f"指标 {metric.id} 的台账 {metric.register_id} 不存在")
            names = [metric.field, *metric.also, metric.date, metric.as_of, metric.holder, *(metric.dimensions or ())]
            spoken = (*metric.filters, *metric.either)
            names += [each.field for each in spoken if not each.field.startswith("mark__")]
            for name in names:
                if name is not None and register.field(name) is None:
                    raise ValueError(f"指标 {metric.id} 的字段 {name} 在台账 {register.id} 里没有")
            for part in metric.parts:
                if part not in metrics:
                    raise ValueError(f"指标 {metric.id} 的组成指标 {part} 不存在")
        return self

    def register(self, register_id: str) -> Register | None:
        """Return the register of that id, or None."""
        return next((each for each in self.registers if each.id == register_id), None)

    def metric(self, metric_id: str) -> Metric | None:
        """Return the metric of that id, or None."""
        return next((each for each in self.metrics if each.id == metric_id), None)


@cache
def packaged_folder(name: str) -> Path:
    """Find `knowledge`, `prompts` or `examples`, in an installed wheel or in a checkout.

    Hatch lays them under `assistant/packaged/` in a wheel, but an editable install leaves them at the top level.

    Raises:
        KnowledgeError: When neither place holds the folder.
    """
    here = Path(__file__).resolve().parent
    for candidate in (here / "packaged" / name, here.parent / name):
        if candidate.is_dir():
            return candidate
    raise KnowledgeError(f"找不到随程序安装的文件夹 {name}", hint="请重新安装有据")


def read_yaml(path: Path) -> Any:
    """Read one YAML file with the safe loader.

    Raises:
        KnowledgeError: When the file cannot be read or is no YAML.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=_LOADER)  # noqa: S506 - both candidates are safe loaders
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(f"读不出来：{error}", where=path.name, hint="请检查缩进和编码（UTF-8）") from error


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_knowledge(*folders: Path) -> Knowledge:
    """Load registers and metrics from the packaged folder and from any further ones (a user's own).

    A later register or metric of the same id replaces the earlier one.

    Raises:
        KnowledgeError: When a file does not have the declared shape; names the file and the key.
    """
    registers: dict[str, Register] = {}
    metrics: dict[str, Metric] = {}
    books: dict[str, BookCheck] = {}
    for folder in (packaged_folder("knowledge"), *folders):
        for path in sorted((folder / "registers").glob("*.yaml")):
            register = _validated(TypeAdapter(Register), read_yaml(path), path)
            registers[register.id] = register
        for path in sorted((folder / "metrics").glob("*.yaml")):
            for metric in _validated(TypeAdapter(tuple[Metric, ...]), read_yaml(path), path):
                metrics[metric.id] = metric
        for path in sorted(folder.glob("books*.yaml")):
            for check in _validated(TypeAdapter(tuple[BookCheck, ...]), read_yaml(path), path):
                books[check.id] = check
    try:
        return Knowledge(
            registers=tuple(registers.values()), metrics=tuple(metrics.values()), books=tuple(books.values())
        )
    except ValidationError as error:
        raise KnowledgeError(_first_error(error), where="knowledge") from error


def _validated(adapter: TypeAdapter[T], data: object, path: Path) -> T:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise KnowledgeError(_first_error(error), where=path.name, hint="请对照 docs/playbooks.md 改正") from error


def _first_error(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place or '文件'}：{first['msg']}"
