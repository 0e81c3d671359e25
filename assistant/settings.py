"""One frozen tree of settings, read once at the entry: environment variables, then defaults.

Nothing here is read at import. Keys are `SecretStr`, so that they never reach a log, a file or a traceback.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Limits(BaseSettings):
    """Sizes above which a file is refused before it is parsed (`YOUJU_LIMIT_…`)."""

    model_config = SettingsConfigDict(env_prefix="YOUJU_LIMIT_", frozen=True, extra="ignore")

    file_mb: int = Field(default=512, ge=1)
    rows_per_figure: int = Field(default=10_000, ge=0)


class ModelSettings(BaseSettings):
    """The language model's endpoint: any OpenAI-compatible server."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    name: str | None = Field(default=None, validation_alias="YOUJU_MODEL")
    pseudonyms: Literal["always", "remote", "never"] = Field(default="remote", validation_alias="YOUJU_PSEUDONYMS")

    @property
    def ready(self) -> bool:
        """Whether a model has been named together with a key or an own endpoint."""
        return bool(self.name and (self.api_key or self.base_url))


class Settings(BaseSettings):
    """Everything that can be set, with the defaults of a laptop without a key."""

    model_config = SettingsConfigDict(env_prefix="YOUJU_", frozen=True, extra="ignore")

    workspace: Path | None = None
    author: str = ""
    naming: Literal["real", "surname", "hidden"] = "surname"
    memory_limit: str = "2GB"
    knowledge: Path | None = None
    model: ModelSettings = Field(default_factory=ModelSettings)
    limits: Limits = Field(default_factory=Limits)


def load_settings() -> Settings:
    """Read the environment once; called by the command line and the app, never by a stage."""
    return Settings()
