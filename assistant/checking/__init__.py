"""The claim checker: every figure of a Chinese text, judged against the records, without a model."""

from assistant.checking.checker import Ledger, check_figures, summarise

__all__ = ["Ledger", "check_figures", "summarise"]
