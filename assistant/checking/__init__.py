"""The claim checker: every figure of a Chinese text, judged against the records, without a model.

`check_figures` checks a text against `Ledger`, `check_unrecorded` one without records. How a figure gets its verdict:
`layout` and `places` say what stands around it, `vocabulary` what the words point at, `cues` what they do, `subjects`,
`periods` and `candidates` which claims they may make, `frames` what these come to, `judging` which one holds,
`neighbours` where an error comes from, `explaining` how that is told.
"""

from assistant.checking.checker import Bindings, Ledger, check_figures, summarise
from assistant.checking.deciding import decision_key, with_decisions
from assistant.checking.unrecorded import Unrecorded, check_unrecorded

__all__ = [
    "Bindings",
    "Ledger",
    "Unrecorded",
    "check_figures",
    "check_unrecorded",
    "decision_key",
    "summarise",
    "with_decisions",
]
