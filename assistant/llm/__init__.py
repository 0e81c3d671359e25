"""The only door to any endpoint, for chat and for embeddings: OpenAI-compatible servers through langchain-openai.

`open_chat` and `open_embedder` refuse every host that is not loopback unless given a `Veil`; what goes out is covered,
and the bytes of each request are scanned once more (`endpoints.guarded_client`). Tracing of the libraries is off,
whatever the environment says. Everything that can go wrong is a `ModelError` with a Chinese message.
"""

from assistant.llm.chat import EndpointChat, open_chat
from assistant.llm.diagnosing import Check, Diagnosis, diagnose
from assistant.llm.embedding import EndpointEmbedder, open_embedder
from assistant.llm.faults import FaultKind, ModelError
from assistant.llm.messages import Chat, ChatOptions, Message, OutputShape, Reply
from assistant.llm.spending import Budget, Price, estimate_tokens
from assistant.llm.structured import ask_for

__all__ = [
    "Budget",
    "Chat",
    "ChatOptions",
    "Check",
    "Diagnosis",
    "EndpointChat",
    "EndpointEmbedder",
    "FaultKind",
    "Message",
    "ModelError",
    "OutputShape",
    "Price",
    "Reply",
    "ask_for",
    "diagnose",
    "estimate_tokens",
    "open_chat",
    "open_embedder",
]
