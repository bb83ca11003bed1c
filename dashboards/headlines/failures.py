"""Why do attempts fail?"""

import polars as pl

from dashboards import words
from dashboards.suppression import FEWER, PROGRAMME, is_kept


def commonest(codes: pl.DataFrame, *, total: int, role: str = PROGRAMME) -> str:
    """The finding of a Pareto chart: the commonest code and its share of all failures.

    `codes` has a row a code, `code` and `failures`, the commonest first; null is what a role may
    not see. `total` are the failures of all codes.
    """
    if is_kept(total, role=role):
        return f"{FEWER.capitalize()} attempts failed"
    first = codes.row(0, named=True)
    of = f"of {words.things(total, 'failure')} of attempts"
    if first["failures"] is None:
        return f"{words.capital(first['code'])} is the commonest {of}"
    return f"{words.capital(first['code'])} makes {words.share(first['failures'], total)} {of}"
