"""What gates looked at: the rule of each wave, and its members' outcomes by day, for the marts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec
import polars as pl
from msgspec.structs import asdict

from twin.campaign.gates.terms import GateRule
from twin.campaign.plan import Plan, plan_of_text
from twin.events.envelope import Event
from twin.events.programme import CampaignSubmitted, MembershipFrozen, ModelExcluded
from twin.forecast.asking import Lake
from twin.forecast.history import moments_of

Events: TypeAlias = Mapping[str, Sequence[Event]]

_Kind: TypeAlias = pl.DataType | type[pl.DataType]
_RULE_COLUMNS: Final[dict[str, _Kind]] = {
    "campaign_id": pl.String,
    "wave": pl.Int32,
    "name": pl.String,
    "members": pl.Int64,
    "kind": pl.String,
    "errors_above": pl.Float64,
    "alpha": pl.Float64,
    "evidence_at_least": pl.Int64,
    "success_at_least": pl.Float64,
    "settled_at_least": pl.Float64,
    "accept_good": pl.Float64,
    "accept_bad": pl.Float64,
    "accept_alpha": pl.Float64,
    "accept_beta": pl.Float64,
    "strata": pl.List(pl.String),
}
GATE_RULES: Final = pl.Schema(_RULE_COLUMNS)
"""A row a wave: the gate of the plan handed in last, and how many members were frozen into it."""
_DAYS: Final = ("released_on", "failed_on", "confirmed_on", "left_on")
_OUTCOME_COLUMNS: Final[dict[str, _Kind]] = {
    "campaign_id": pl.String,
    "wave": pl.Int32,
    "region": pl.String,
    "supplier": pl.String,
    "model": pl.String,
    **dict.fromkeys(_DAYS, pl.Date),
    "devices": pl.Int64,
}
GATE_OUTCOMES: Final = pl.Schema(_OUTCOME_COLUMNS)
"""Members to whom the same happened on the same days (UTC, of recording). A dimension that the
gate does not look at is empty. `failed_on`: no attempt was left, also where the truth came later.
"""
_STRATA: Final = ("region", "supplier", "model")


def gate_rules(events: Events) -> pl.DataFrame:
    """Rows of schema `GATE_RULES`; a campaign whose newest plan cannot be read has none."""
    rows = [row for name, facts in sorted(events.items()) for row in _rules(name, facts)]
    return pl.DataFrame(rows, schema=GATE_RULES, orient="row")


def gate_outcomes(lake: Lake) -> pl.DataFrame:
    """Rows of schema `GATE_OUTCOMES` from the attempts of all members, as far as known by now."""
    found = [GATE_OUTCOMES.to_frame()]
    for name, facts in sorted(lake.events.items()):
        plan = _plan(facts)
        if plan is not None:
            found.append(_outcomes(lake, name, facts, plan))
    return pl.concat(found)


def _outcomes(lake: Lake, name: str, facts: Sequence[Event], plan: Plan) -> pl.DataFrame:
    members = moments_of(
        attempts=lake.attempts.filter(pl.col("campaign_id") == name),
        attempts_max=plan.policy.attempts_max,
        excluded={
            one.fact.model: one.recorded_at.date()
            for one in facts
            if isinstance(one.fact, ModelExcluded)
        },
        retries=plan.policy.retries_of,
    )
    named = {
        one: pl.col(one).fill_null("unknown") if one in plan.gate.strata else pl.lit("")
        for one in _STRATA
    }
    moments = zip(_DAYS, ("released_at", "ended_badly_at", "confirmed_at", "left_at"), strict=True)
    counted = members.group_by(
        "wave",
        *(column.alias(one) for one, column in named.items()),
        *(pl.col(at).dt.date().alias(day) for day, at in moments),
    ).len("devices")
    return (
        counted.with_columns(pl.lit(name).alias("campaign_id"))
        .select(pl.col(column).cast(kind) for column, kind in GATE_OUTCOMES.items())
        .sort(*list(GATE_OUTCOMES)[:-1])
    )


def _rules(name: str, facts: Sequence[Event]) -> Iterator[dict[str, object]]:
    plan = _plan(facts)
    if plan is None:
        return
    frozen = [one.fact for one in facts if isinstance(one.fact, MembershipFrozen)]
    members = frozen[-1].members if frozen else ()
    for number, wave in enumerate(plan.waves, start=1):
        yield {
            "campaign_id": name,
            "wave": number,
            "name": wave.name,
            "members": members[number - 1] if number <= len(members) else None,
            **asdict(plan.gate),
        }


def _plan(facts: Sequence[Event]) -> Plan | None:
    """The plan handed in last; None where there is none, or it cannot be read."""
    submitted = [one.fact for one in facts if isinstance(one.fact, CampaignSubmitted)]
    try:
        return plan_of_text(submitted[-1].plan) if submitted else None
    except msgspec.DecodeError:
        return None


def rule_of(row: Mapping[str, object]) -> GateRule:
    """The rule of a row of `GATE_RULES`."""
    fields = {name: row[name] for name in GateRule.__struct_fields__}
    return msgspec.convert(fields, GateRule)
