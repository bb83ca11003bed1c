"""Words and names that facts of campaigns are written with; none of them is free text (D32)."""

from typing import Annotated, Literal

from msgspec import Meta

Share = Annotated[float, Meta(ge=0, le=1)]
Tick = Annotated[int, Meta(ge=0)]
GateName = Literal["evidence", "errors", "accept", "success"]
GateWhy = Literal[
    "evidence",
    "errors_above",
    "success_reached",
    "success_missed",
    "soak",
    "releasing",
    "in_flight",
]
StratumName = Annotated[
    str,
    Meta(
        pattern=r"^(region:[A-Za-z]{1,20}|supplier:S[0-9]{2}|model:[0-9A-F]{4}-[0-9A-F]{8}"
        r"|(region|supplier|model):unknown)$(?!\n)"
    ),
]
"""One stratum that a gate judges apart, `model:1062-0A0B0C0D` for example."""
_REGION, _SUPPLIER, _MODEL = r"[A-Z][a-z]{1,19}", r"S[0-9]{2}", r"[0-9A-F]{4}-[0-9A-F]{8}"
CellName = Annotated[
    str,
    Meta(
        pattern=rf"^(\*|unknown|{_REGION})\|(\*|unknown|{_SUPPLIER})\|(\*|unknown|{_MODEL})$(?!\n)"
    ),
]
"""Members that are paced alike, `North|*|*`: region, supplier, model, "*" where none is paced."""
BucketName = Annotated[
    str,
    Meta(
        pattern=r"^(all|wave:[1-9][0-9]{0,2}"
        rf"|region:(unknown|{_REGION})|supplier:(unknown|{_SUPPLIER})|model:(unknown|{_MODEL}))"
        r"$(?!\n)"
    ),
]
"""A limit on releases: the whole campaign, a wave, or one value of a dimension."""
ErrorName = Annotated[str, Meta(pattern=r"^[A-Z][A-Za-z]{2,79}$(?!\n)")]
"""The kind of an error, `KeyError` for example."""
PlanVersion = Annotated[int, Meta(ge=1, le=999)]
PlanText = Annotated[str, Meta(pattern=r"^\{[^\x00-\x1f]*\}$(?!\n)", max_length=48_000)]
"""A plan as canonical JSON on one line; the plan's own checks say what may stand in it."""
PlanCheck = Literal[
    "no_members",
    "unknown_campaign_after",
    "count_not_met",
    "nothing_left",
    "unknown_campaign_rolled_back",
    "rolled_back_under_way",
    "beyond_capacity",
]
