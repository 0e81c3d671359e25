"""A second count of the example community, straight from its files, that shares no code with the product.

`cells` reads single cells, `books` the files (every header row and column named by hand), `measures` says what each
metric id means, `counting` answers fact keys. Arithmetic is exact (`fractions.Fraction`).
"""
