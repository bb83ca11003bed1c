"""Executions as they were known on a day, from the moments at which their facts were recorded."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

_MOMENT: Final = pl.Datetime("us", "UTC")
_COLUMNS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "campaign_id": pl.String,
    "member": pl.Int64,
    "wave": pl.Int64,
    "region": pl.String,
    "supplier": pl.String,
    "model": pl.String,
    "enrolled_at": _MOMENT,
    "ended_at": _MOMENT,
    "gone_at": _MOMENT,
    "read_at": _MOMENT,
    "heard_at": _MOMENT,
    "attempt": pl.Int64,
    "begun_at": _MOMENT,
    "released_at": _MOMENT,
    "failed_at": _MOMENT,
    "failure": pl.String,
    "timed_out_at": _MOMENT,
    "time_out": pl.String,
    "unread_at": _MOMENT,
    "activated_at": _MOMENT,
    "confirmed_at": _MOMENT,
}
ATTEMPTS: Final = pl.Schema(_COLUMNS)
"""A row for each attempt of each member, one without an attempt for who was never asked.

Moments (UTC) are those of recording: a place in a wave was given and taken away (`enrolled_at`,
`ended_at`), the device was exchanged, its version was read or heard to have local pairing, an
attempt began, failed, ran out of time, was activated or could not be read in time; first request
and confirmation of all.
"""
_MOMENTS: Final = tuple(
    name for name, kind in ATTEMPTS.items() if kind == _MOMENT and name != "enrolled_at"
)


def executions_on(
    *,
    attempts: pl.DataFrame,
    day: date,
    attempts_max: int,
    excluded: Mapping[str, date],
    retries: Mapping[str, int] = {},
) -> pl.DataFrame:
    """A campaign's executions (`cohorts.COLUMNS`) by what was recorded before a day (UTC).

    `attempts` has schema `ATTEMPTS` and is of one campaign; `excluded` gives the models that were
    taken out of it, by the day of that, `retries` how many attempts may follow those that ended
    with a cause, where that is limited (`Policy.retries_of`). Who was exchanged, or needs no update
    any more, proves nothing and is left out, as gates do; who waits for another attempt is in
    flight.
    """
    before = pl.lit(day).cast(_MOMENT)
    known = attempts.filter(pl.col("enrolled_at") < before).with_columns(
        pl.when(pl.col(name) < before).then(pl.col(name)) for name in _MOMENTS
    )
    last = _last(known.filter(pl.col("ended_at").is_null()))
    return (
        last.with_columns(_ended_badly(attempts_max, excluded, retries).alias("ended_badly_at"))
        .filter(~_is_gone())
        .select(
            "wave",
            "region",
            "supplier",
            "released_at",
            pl.coalesce("confirmed_at", "ended_badly_at").alias("settled_at"),
            pl.when(pl.col("confirmed_at").is_not_null())
            .then(pl.lit("CONFIRMED"))
            .when(pl.col("ended_badly_at").is_not_null())
            .then(
                pl.when(pl.col("failed_at").is_null())
                .then(pl.lit("TIMED_OUT"))
                .otherwise(pl.lit("FAILED"))
            )
            .alias("outcome"),
        )
    )


def moments_of(
    *,
    attempts: pl.DataFrame,
    attempts_max: int,
    excluded: Mapping[str, date],
    retries: Mapping[str, int] = {},
) -> pl.DataFrame:
    """Every released member of a campaign with all that is known of it by now, a row each.

    `wave`, `region`, `supplier`, `model`; when it was first asked (`released_at`), ended badly
    with no attempt left (`ended_badly_at`, also if the truth came later), was confirmed
    (`confirmed_at`), and when it left the count unsettled, by an exchange or another place
    (`left_at`). Whoever asks how it stood on a day takes the moments before that day. The other
    arguments are those of `executions_on`.
    """
    last = _last(attempts.filter(pl.col("released_at").is_not_null()))
    ended_badly = _ended_badly(attempts_max, excluded, retries)
    return last.with_columns(ended_badly.alias("ended_badly_at")).select(
        "wave",
        "region",
        "supplier",
        "model",
        "released_at",
        "ended_badly_at",
        "confirmed_at",
        pl.min_horizontal("ended_at", "gone_at").alias("left_at"),
    )


def _last(known: pl.DataFrame) -> pl.DataFrame:
    """The last attempt of each member, or its one row without any: when it went wrong
    (`wrong_at`), why (`cause`), and how many of its attempts ended so (`ended_so`)."""
    return (
        known.with_columns(_wrong_at().alias("wrong_at"), _cause().alias("cause"))
        .with_columns(pl.len().over("member", "cause").alias("ended_so"))
        .with_columns(pl.when(pl.col("begun_at").is_not_null()).then("attempt").alias("attempt"))
        .sort("member", pl.col("attempt").fill_null(0))
        .unique("member", keep="last", maintain_order=True)
    )


def _wrong_at() -> pl.Expr:
    """When an attempt went wrong; truth after a time-out overtakes it, a failure stays."""
    return pl.coalesce(
        "failed_at",
        pl.when(pl.col("activated_at").is_null()).then(pl.col("timed_out_at")),
        "unread_at",
    )


def _cause() -> pl.Expr:
    """Why it went wrong, null where that is unknown."""
    silent = pl.col("timed_out_at").is_not_null() & pl.col("activated_at").is_null()
    return (
        pl.when(pl.col("failed_at").is_not_null())
        .then(pl.col("failure"))
        .when(silent)
        .then(pl.col("time_out"))
    )


def _ended_badly(
    attempts_max: int, excluded: Mapping[str, date], retries: Mapping[str, int]
) -> pl.Expr:
    """When the last attempt was the end of it: no other may follow, or its model was taken out.

    Who told of an activation and could not be read has no other attempt.
    """
    wrong = pl.col("wrong_at")
    unread = pl.col("failed_at").is_null() & pl.col("unread_at").is_not_null()
    most = pl.col("cause").replace_strict(dict(retries), default=None, return_dtype=pl.Int64)
    spent = (pl.col("attempt") >= attempts_max) | (pl.col("ended_so") > most).fill_null(False)
    without = pl.col("model").replace_strict(excluded, default=None, return_dtype=pl.Date)
    final = (
        pl.when(unread | spent)
        .then(wrong)
        .when(without.is_not_null())
        .then(pl.max_horizontal(wrong, without.cast(_MOMENT)))
    )
    return pl.when(wrong.is_not_null()).then(final)


def _is_gone() -> pl.Expr:
    """Members that no request can reach any more, or need none."""
    exchanged = pl.col("gone_at").is_not_null()
    heard = pl.col("released_at").is_null() & pl.col("heard_at").is_not_null()
    retrying = pl.col("wrong_at").is_not_null() & pl.col("ended_badly_at").is_null()
    needless = heard | (retrying & pl.col("read_at").is_not_null())
    return pl.col("confirmed_at").is_null() & (exchanged | needless)
