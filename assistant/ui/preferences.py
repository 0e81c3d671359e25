"""What the author set for all workspaces on this computer; a key is never among it."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from assistant.data.values import Value
from assistant.privacy import Naming

_FILE = "设置.json"


class Preferences(Value):
    """The author's settings that are kept in a file."""

    author: str = ""
    naming: Naming = "surname"
    base_url: str = ""
    model: str = ""
    seen_tour: bool = False


def home_folder() -> Path:
    """Return the folder under which workspaces and settings lie."""
    named = os.environ.get("YOUJU_HOME")
    return Path(named) if named else Path.home() / "有据"


def load() -> Preferences:
    """Read the settings; without a readable file, those of a first start."""
    path = home_folder() / _FILE
    try:
        return Preferences.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return Preferences()


def save(preferences: Preferences) -> None:
    """Keep the settings."""
    home_folder().mkdir(parents=True, exist_ok=True)
    path = home_folder() / _FILE
    aside = path.with_suffix(".tmp")
    aside.write_text(preferences.model_dump_json(indent=1), encoding="utf-8")
    aside.replace(path)
