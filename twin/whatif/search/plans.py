"""A question whose plans have other settings, checked as any plan of a file is."""

from datetime import date

import msgspec
from msgspec.structs import replace

from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan, sound
from twin.whatif.reading import Question
from twin.whatif.search.asking import Settings


def with_settings(question: Question, settings: Settings) -> Question | None:
    """The question with its plans set anew; None where one would be no plan of a file."""
    plans = tuple(
        _set(plan, settings[plan.campaign_id]) if plan.campaign_id in settings else plan
        for plan in question.plans
    )
    if not all(sound(msgspec.to_builtins(plan, builtin_types=(date,))) for plan in plans):
        return None
    return replace(question, plans=plans)


def _set(plan: Plan, knobs: dict[str, float]) -> Plan:
    gate = {name: knobs[name] for name in ("errors_above", "success_at_least") if name in knobs}
    waves = []
    for nth, wave in enumerate(plan.waves):
        changed: dict[str, float | int] = {}
        if nth == 0 and "canary_share" in knobs and not wave.rest:
            changed["share"] = knobs["canary_share"]
        if nth > 0 and "release_days" in knobs:
            changed["release_days"] = int(knobs["release_days"])
        if "soak_days" in knobs:
            changed["soak_days"] = int(knobs["soak_days"])
        waves.append(replace(wave, **changed))
    pacing = plan.pacing
    if "per_day" in knobs:
        pacing = replace(pacing or Pace(), per_day=int(knobs["per_day"]))
    return replace(plan, gate=replace(plan.gate, **gate), waves=tuple(waves), pacing=pacing)
