"""What stands behind the figures, and what do they mean?"""

import polars as pl

from dashboards import words


def what_is_held(shelf: pl.DataFrame, *, records: int) -> str:
    """The finding of the page of marts: how much the set holds, and what holds most of it."""
    rows = int(shelf["rows"].sum())
    told = f"{words.things(shelf.height, 'mart')} hold {words.things(rows, 'row')}"
    made = f"{told}, made from {words.things(records, 'record')}"
    if not rows:
        return made
    top = shelf.sort("rows", "mart", descending=[True, False]).row(0, named=True)
    return f"{made}; {top['mart']} holds most, {words.share(top['rows'], rows)}"


def what_is_assumed(assumptions: pl.DataFrame, *, figures: int) -> str:
    """The finding of the page of definitions: how many numbers nobody has published."""
    whole = assumptions.height
    assumed = assumptions.filter(status="assumed").height
    return (
        f"{words.things(figures, 'figure')} are defined; of {words.count(whole)} numbers of "
        f"behaviour {words.count(assumed)} ({words.share(assumed, whole)}) are assumptions of ours"
    )
