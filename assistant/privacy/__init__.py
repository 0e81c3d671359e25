"""Names stay home: who is named in a text, how readers see them, and pseudonyms before text leaves the machine.

Pure: names in, text out. `NameBook` holds the people that the registers name. `public_text` writes a text as the author
lets readers see it. `Veil` replaces people, phones, numbers and doors by reversible tokens before a call to an endpoint
that is not on this machine, and refuses a payload in which something is left.
"""

from assistant.privacy.finding import Mention, MentionKind, find_mentions
from assistant.privacy.hosts import is_loopback
from assistant.privacy.names import NameBook, Person, Role, names_in_cell
from assistant.privacy.naming import (
    NamedMention,
    Naming,
    NamingPolicy,
    Renaming,
    plan_renaming,
    public_text,
    readable_names,
)
from assistant.privacy.sensitive import Sensitivity, TellingSentence, sensitivities, telling_sentences
from assistant.privacy.veil import Leak, Veil

__all__ = [
    "Leak",
    "Mention",
    "MentionKind",
    "NameBook",
    "NamedMention",
    "Naming",
    "NamingPolicy",
    "Person",
    "Renaming",
    "Role",
    "Sensitivity",
    "TellingSentence",
    "Veil",
    "find_mentions",
    "is_loopback",
    "names_in_cell",
    "plan_renaming",
    "public_text",
    "readable_names",
    "sensitivities",
    "telling_sentences",
]
