"""The base of every border type, and how numbers are written in JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema


class Value(BaseModel):
    """The base of every border type: immutable, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


def plain_number(value: Decimal) -> str:
    """Write a number as a plain decimal string: no exponent, at most 6 places, no trailing zeros."""
    text = format(round(value, 6), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


PlainDecimal = Annotated[
    Decimal,
    PlainSerializer(plain_number, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d{1,6})?$"}, mode="serialization"),
]
