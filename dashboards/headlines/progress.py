"""Are we on plan for local pairing?"""

from datetime import date
from typing import Any, Final

import polars as pl

from dashboards import words
from dashboards.suppression import KEPT, PROGRAMME, is_kept, suppressed


def on_plan(latest: dict[str, Any] | None, *, role: str = PROGRAMME) -> str:
    """The finding of the progress page, from the newest day's counts."""
    if latest is None or not latest["installed_premises"]:
        return "No premises has a hub and an electricity meter yet"
    capable, installed = latest["capable_premises"], latest["installed_premises"]
    if is_kept(capable, role=role) or is_kept(installed, role=role):
        return "Too few premises are installed or capable of local pairing to be told"
    of = f"{words.prose(capable)} of {words.prose(installed)} installed premises can pair locally"
    part = f"{of} ({words.share(capable, installed)})"
    planned = latest["planned_premises"]
    if planned is None:
        return part
    return f"{part}, {words.against_plan(capable, planned)}"


MILESTONE_WORDS: Final = {
    "legal_text": "Legal text (¶11)",
    "dcc_live": "DCC Live (¶13)",
    "new_installations_capable": "Mid-2017: new installations capable (¶31)",
    "local_pairing_available": "Local pairing available (¶27)",
    "all_installed_upgraded": "All installed upgraded (¶31, day assumed)",
    "all_premises": "All reasonable steps to install (p. 6)",
}
"""Dates of the source with their place in it, for rules of a chart."""
OF_WHAT: Final = {
    "hubs": "Communications hubs",
    "meters": "Electricity meters",
    "premises": "Premises (hub and meter)",
}


COUNTED: Final = (
    "installed_premises",
    "capable_premises",
    "capable_hubs",
    "capable_esmes",
    "believed_premises",
    "belief_behind_premises",
)
"""Columns of `progress_daily` that count premises or their devices."""


def told_daily(daily: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """The daily counts for a chart, without those that a role may not see."""
    return suppressed(daily, *COUNTED, role=role).drop(KEPT)


def upto(daily: pl.DataFrame, on: date | None) -> pl.DataFrame:
    """The daily counts with those after a day taken away; the plan goes on."""
    if on is None:
        return daily
    counts = [name for name in daily.columns if name not in ("day", "planned_premises")]
    return daily.with_columns(pl.when(pl.col("day") <= on).then(pl.col(name)) for name in counts)


def weekly(daily: pl.DataFrame, *, role: str = PROGRAMME) -> pl.DataFrame:
    """Premises that became capable in each week to its Sunday, those planned, and the difference.

    The week of the newest count is not over: it ends on that day. `variance` is actual less plan,
    null where either is not known.
    """
    counted = daily.drop_nulls("capable_premises")["day"].max()
    ends = daily.filter((pl.col("day").dt.weekday() == 7) | (pl.col("day") == counted)).sort("day")
    gain = {
        "capable": pl.col("capable_premises") - pl.col("capable_premises").shift(1, fill_value=0),
        "planned": pl.col("planned_premises") - pl.col("planned_premises").shift(1, fill_value=0.0),
    }
    weeks = ends.select(pl.col("day").alias("week"), *(g.alias(n) for n, g in gain.items()))
    return suppressed(weeks, "capable", role=role).with_columns(
        (pl.col("capable") - pl.col("planned")).alias("variance")
    )


def duties(obligations: pl.DataFrame) -> str:
    """What the obligations of paragraph 31 came to, each in half a sentence."""
    of_premises = obligations.filter(pl.col("of_what") == "premises")
    said = []
    for name, what in (("i", "newly installed from July 2017"), ("ii", "installed")):
        row = of_premises.filter(pl.col("obligation") == name).row(0, named=True)
        share = words.share(row["capable"], row["installed"])
        told = f"{share} of premises {what} are capable" if row["installed"] else f"none is {what}"
        said.append(f"({name}) {told}")
    return "; ".join(said)
