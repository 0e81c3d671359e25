"""The invented community 青槐里 and the generator of its files.

Nothing here reads a register: the records are made in memory, laid out as their keepers would have written them, and
the truth is computed from the records themselves, so a test can compare the product with figures that no reader made.
"""
