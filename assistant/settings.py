"""One frozen tree of settings, read once at the entry: environment variables, then defaults.

Nothing here is read at import. Keys are `SecretStr`, so that they never reach a log, a file or a traceback.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict


class Limits(BaseSettings):
    """Sizes above which a file is refused before it is parsed (`YOUJU_LIMIT_…`)."""

    model_config = SettingsConfigDict(env_prefix="YOUJU_LIMIT_", frozen=True, extra="ignore")

    file_mb: int = Field(default=512, ge=1)
    rows_per_figure: int = Field(default=10_000, ge=0)


class PriceRow(BaseModel):
    """What a million tokens of a model cost, in yuan; `model` is a pattern (`qwen-plus*`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    input: Decimal
    output: Decimal
    cached: Decimal | None = None


class ModelSettings(BaseSettings):
    """The language model's endpoint: any OpenAI-compatible server.

    Attributes:
        pseudonyms: When names are covered: `always`, for hosts that are not this machine, or `never`.
        timeout: Longest silence of the server, in seconds.
        deadline: Longest duration of one answer, in seconds.
        attempts: How often a request is tried when the trouble is a passing one.
        parallel: Sections that are written side by side.
        max_tokens: Longest answer.
        prices: The author's own price table, as JSON; it comes before the built-in one.
        budget_tokens: Most tokens of one report; empty for no limit.
        budget_yuan: Most yuan of one report; empty for no limit.
    """

    model_config = SettingsConfigDict(
        env_prefix="YOUJU_MODEL_", frozen=True, extra="ignore", populate_by_name=True
    )  # the prefix keeps a bare NAME or TIMEOUT of the environment out

    base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    name: str | None = Field(default=None, validation_alias="YOUJU_MODEL")
    pseudonyms: Literal["always", "remote", "never"] = Field(default="remote", validation_alias="YOUJU_PSEUDONYMS")
    timeout: float = Field(default=120.0, gt=0, validation_alias="YOUJU_MODEL_TIMEOUT")
    deadline: float = Field(default=900.0, gt=0, validation_alias="YOUJU_MODEL_DEADLINE")
    attempts: int = Field(default=4, ge=1, le=10, validation_alias="YOUJU_MODEL_ATTEMPTS")
    parallel: int = Field(default=4, ge=1, le=32, validation_alias="YOUJU_MODEL_PARALLEL")
    max_tokens: int = Field(default=1500, ge=64, validation_alias="YOUJU_MODEL_MAX_TOKENS")
    temperature: float | None = Field(default=0.3, ge=0, le=2, validation_alias="YOUJU_MODEL_TEMPERATURE")
    prices: tuple[PriceRow, ...] = Field(default=(), validation_alias="YOUJU_MODEL_PRICES")
    budget_tokens: int | None = Field(default=None, ge=0, validation_alias="YOUJU_BUDGET_TOKENS")
    budget_yuan: Decimal | None = Field(default=None, ge=0, validation_alias="YOUJU_BUDGET_YUAN")

    @property
    def ready(self) -> bool:
        """Whether a model has been named together with a key or an own endpoint."""
        return bool(self.name and (self.api_key or self.base_url))


class EmbeddingSettings(BaseSettings):
    """An OpenAI-compatible endpoint for embeddings; without a name the bundled embeddings are used."""

    model_config = SettingsConfigDict(env_prefix="YOUJU_EMBEDDING_", frozen=True, extra="ignore", populate_by_name=True)

    base_url: str | None = Field(default=None, validation_alias="YOUJU_EMBEDDING_URL")
    api_key: SecretStr | None = Field(default=None, validation_alias="YOUJU_EMBEDDING_KEY")
    name: str | None = Field(default=None, validation_alias="YOUJU_EMBEDDING_MODEL")


class _PlainFields(EnvSettingsSource):
    """The environment for fields that are no branches; each branch reads its own variables."""

    def prepare_field_value(self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool) -> Any:
        """Return the value of a plain field; nothing for a branch."""
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings):
            return None
        return super().prepare_field_value(field_name, field, value, value_is_complex)


class Settings(BaseSettings):
    """Everything that can be set, with the defaults of a laptop without a key."""

    model_config = SettingsConfigDict(env_prefix="YOUJU_", frozen=True, extra="ignore")

    workspace: Path | None = None
    author: str = ""
    naming: Literal["real", "surname", "hidden"] = "surname"
    memory_limit: str = "2GB"
    knowledge: Path | None = None
    chroma_url: str | None = None
    model: ModelSettings = Field(default_factory=ModelSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    limits: Limits = Field(default_factory=Limits)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment for plain fields only: `YOUJU_MODEL` is the model's name, not the branch `model`."""
        del env_settings, dotenv_settings, file_secret_settings
        return init_settings, _PlainFields(settings_cls)


def load_settings() -> Settings:
    """Read the environment once; called by the command line and the app, never by a stage."""
    return Settings()
