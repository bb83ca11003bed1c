"""What does the twin know about each question asked and each duty laid down?"""

import polars as pl

from dashboards import words


def what_is_known(rows: pl.DataFrame, *, none: str) -> str:
    """For how many questions there are figures, and for how many duties something is produced."""
    parts = []
    for kind, plural in (("question", "questions"), ("duty", "duties")):
        own = rows.filter(kind=kind)
        held = own.filter(
            (pl.col("figures") != none) & ~pl.col("figures").str.contains("nothing is")
        )
        parts.append(f"{words.count(held.height)} of {words.count(own.height)} {plural}")
    return f"The twin holds something for {parts[0]} and {parts[1]}; the others say why not"
