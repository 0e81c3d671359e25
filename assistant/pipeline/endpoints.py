"""Opens the outside for the pipeline: chat model, embedder and index of one workspace, from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.llm import Budget, ChatOptions, EndpointChat, Price, open_chat
from assistant.llm.spending import DEFAULT_PRICES
from assistant.privacy import NameBook, Veil, is_loopback
from assistant.settings import ModelSettings, Settings
from assistant.store import Store, workspace_secret

if TYPE_CHECKING:
    from assistant.index import Embedder, Index


LOCAL_TIMEOUT = 900.0
"""Seconds of silence that a model on this machine is allowed: reading a prompt without a GPU takes minutes."""


def sections_at_once(model: ModelSettings) -> int:
    """Return how many sections are written side by side: one on this machine, unless the author says otherwise.

    A local server keeps one conversation in its cache; taking turns would make it read every prompt again.
    """
    return 1 if _is_local(model) and "parallel" not in model.model_fields_set else model.parallel


def _is_local(model: ModelSettings) -> bool:
    return is_loopback(model.base_url or "")


def chat_options(model: ModelSettings) -> ChatOptions:
    """Return how the endpoint is used; the author's prices come before ours."""
    own = tuple(Price(**each.model_dump()) for each in model.prices)
    timeout, deadline, asked = model.timeout, model.deadline, model.model_fields_set
    if _is_local(model):
        timeout = timeout if "timeout" in asked else max(timeout, LOCAL_TIMEOUT)
        deadline = deadline if "deadline" in asked else max(deadline, 2 * LOCAL_TIMEOUT)
    return ChatOptions(
        timeout=timeout,
        deadline=deadline,
        attempts=model.attempts,
        parallel=sections_at_once(model),
        temperature=model.temperature,
        max_tokens=model.max_tokens,
        prices=(*own, *DEFAULT_PRICES),
    )


def open_model(settings: Settings, store: Store, names: NameBook) -> EndpointChat:
    """Open the chat model of the settings for a workspace; nothing is sent yet.

    Raises:
        UsageError: When no model is set up.
        ModelError: When the address is wrong.
    """
    model = settings.model
    if not model.ready:
        raise UsageError(
            "还没有设置大模型", hint="设 OPENAI_BASE_URL、OPENAI_API_KEY、YOUJU_MODEL，或用 --writer builtin"
        )
    limited = model.budget_tokens is not None or model.budget_yuan is not None
    budget = Budget(model.budget_tokens, model.budget_yuan) if limited else None
    return open_chat(model, veil=open_veil(store, names), options=chat_options(model), budget=budget)


def open_veil(store: Store, names: NameBook) -> Veil:
    """Make the veil of a workspace: the same person has the same pseudonym in every call."""
    return Veil(names, workspace_secret(store))


def open_index(settings: Settings, store: Store, names: NameBook) -> Index:
    """Open the index of a workspace with the embedder of the settings: an endpoint, or the one that comes along."""
    from assistant.index import Index, LocalEmbedder

    embedder: Embedder = LocalEmbedder()
    chosen = settings.embedding
    if chosen.name:
        from assistant.llm import open_embedder

        model = settings.model.model_copy(
            update={
                "name": chosen.name,
                "base_url": chosen.base_url or settings.model.base_url,
                "api_key": chosen.api_key or settings.model.api_key,
            }
        )
        embedder = open_embedder(model, veil=open_veil(store, names), options=chat_options(settings.model))
    return Index(store.folder / "index", embedder, server=settings.chroma_url, lock=store.locked)
