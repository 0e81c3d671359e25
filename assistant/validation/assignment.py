"""The best one-to-one assignment of columns to fields: no column may take a field that another one needs more."""

from __future__ import annotations

from collections.abc import Sequence


def best_assignment(scores: Sequence[Sequence[float]]) -> list[int | None]:
    """Assign each row at most one column of a score matrix so that the sum of scores is greatest.

    The Hungarian method with potentials, O(rows² × columns). Pairs without a score (0) are never made.

    Args:
        scores: One sequence per row, all of the same length, no negative values.

    Returns:
        For each row the column index, or None.
    """
    height = len(scores)
    width = len(scores[0]) if height else 0
    if not height or not width:
        return [None] * height
    if height > width:
        padded = [[*row, *([0.0] * (height - width))] for row in scores]
    else:
        padded = [list(row) for row in scores]
    owner = _solve([[-value for value in row] for row in padded])
    result: list[int | None] = [None] * height
    for column, row in enumerate(owner):
        if row is not None and column < width and scores[row][column] > 0:
            result[row] = column
    return result


def _solve(costs: list[list[float]]) -> list[int | None]:
    """Return for each column of a cost matrix (rows ≤ columns) the row that it is given to, at least total cost."""
    height, width = len(costs), len(costs[0])
    row_potential, column_potential = [0.0] * (height + 1), [0.0] * (width + 1)
    owner, previous = [0] * (width + 1), [0] * (width + 1)
    for row in range(1, height + 1):
        owner[0], column = row, 0
        least = [float("inf")] * (width + 1)
        used = [False] * (width + 1)
        while owner[column]:
            used[column] = True
            current, step, nearest = owner[column], float("inf"), 0
            for other in range(1, width + 1):
                if used[other]:
                    continue
                cost = costs[current - 1][other - 1] - row_potential[current] - column_potential[other]
                if cost < least[other]:
                    least[other], previous[other] = cost, column
                if least[other] < step:
                    step, nearest = least[other], other
            for other in range(width + 1):
                if used[other]:
                    row_potential[owner[other]] += step
                    column_potential[other] -= step
                else:
                    least[other] -= step
            column = nearest
        while column:
            owner[column] = owner[previous[column]]
            column = previous[column]
    return [None if row == 0 else row - 1 for row in owner[1:]]
