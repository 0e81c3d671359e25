"""The language model's settings of this window: the key stays in memory, the rest in the author's settings."""

from __future__ import annotations

import streamlit as st
from pydantic import SecretStr

from assistant.settings import ModelSettings
from assistant.ui import preferences
from assistant.ui.desk import Desk

KEY = "model_key"


def model_settings(desk: Desk | None) -> ModelSettings:
    """Return the settings of the model: the author's before those of the environment."""
    chosen = preferences.load()
    given = desk.settings.model if desk is not None else ModelSettings()
    typed: SecretStr | None = st.session_state.get(KEY)
    return given.model_copy(
        update={
            "base_url": chosen.base_url or given.base_url,
            "name": chosen.model or given.name,
            "api_key": typed or given.api_key,
        }
    )
