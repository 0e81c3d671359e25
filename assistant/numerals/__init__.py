"""Numbers, units, approximations and periods in Chinese text: reading, finding, printing.

`find_figures` finds what looks like a number in a text, `figure_allows` says which values its words allow, `print_like`
writes another value in the same hand. `Period` is a span of days, `find_periods` finds the phrases that name one.
The package is pure; its packaged lexicon is the only file it reads.
"""

from assistant.numerals.figures import EXEMPT, KINDS, STATISTICS, Approximation, Figure, Kind
from assistant.numerals.finding import find_figures
from assistant.numerals.fits import Fit, figure_allows
from assistant.numerals.lexicon import Lexicon, Unit, packaged_lexicon, plain_unit, units_match
from assistant.numerals.mentions import find_periods
from assistant.numerals.periods import Period, PeriodMention
from assistant.numerals.printing import NumberStyle, StyleName, print_number
from assistant.numerals.reading import read_number
from assistant.numerals.styles import print_like, style_of

__all__ = [
    "EXEMPT",
    "KINDS",
    "STATISTICS",
    "Approximation",
    "Figure",
    "Fit",
    "Kind",
    "Lexicon",
    "NumberStyle",
    "Period",
    "PeriodMention",
    "StyleName",
    "Unit",
    "figure_allows",
    "find_figures",
    "find_periods",
    "packaged_lexicon",
    "plain_unit",
    "print_like",
    "print_number",
    "read_number",
    "style_of",
    "units_match",
]
