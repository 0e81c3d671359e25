"""The JSON schemas of what the commands print, made from the types and shipped beside them.

Other programs read them from `assistant/data/schemas/<command>.schema.json`; `python -m assistant.data.contract` writes
them anew after a type has changed, which a new schema number must go with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.data.findings import CheckResult
from assistant.data.imports import ImportResult
from assistant.data.reports import Draft, FactList
from assistant.data.values import Value

FOLDER = Path(__file__).parent / "schemas"
CONTRACT: Mapping[str, type[Value]] = {"check": CheckResult, "facts": FactList, "draft": Draft, "import": ImportResult}
"""The type behind the JSON of each command."""


def schema_of(command: str) -> dict[str, Any]:
    """Make the JSON schema of what a command prints with `--json`."""
    made = CONTRACT[command].model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def schema_file(command: str) -> Path:
    """Return where the schema of a command is shipped."""
    return FOLDER / f"{command}.schema.json"


def schema_text(command: str) -> str:
    """Return the schema of a command as it is shipped."""
    return json.dumps(schema_of(command), ensure_ascii=False, indent=1) + "\n"


def write_schemas() -> None:
    """Write the schemas of all commands."""
    for command in CONTRACT:
        schema_file(command).write_text(schema_text(command), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_schemas()
