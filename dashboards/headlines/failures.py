"""Why do attempts fail?"""

import polars as pl

from dashboards import words


def commonest(codes: pl.DataFrame) -> str:
    """The finding of a Pareto chart: the commonest code and its share of all failures.

    `codes` has a row a code, `code` and `failures`, the commonest first.
    """
    total, first = int(codes["failures"].sum()), codes.row(0, named=True)
    code = first["code"]
    return (
        f"{words.capital(code)} makes {words.share(first['failures'], total)} of "
        f"{words.things(total, 'failure')} of attempts"
    )
