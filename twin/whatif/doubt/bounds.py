"""What the cohort engine cannot carry; it says so rather than leave it out."""

from collections.abc import Iterator

from twin.campaign.plan import Plan
from twin.whatif.reading import Question
from twin.whatif.refusals import BeyondCohorts as BeyondCohorts


def require_within(question: Question) -> None:
    """Refuse what expected numbers by region, wave and day cannot hold.

    Raises:
        BeyondCohorts: something of the question is beyond them.
    """
    reasons = [*_of_scenario(question), *(r for plan in question.plans for r in _of_plan(plan))]
    if reasons:
        raise BeyondCohorts(question.scenario.name, tuple(reasons))


def _of_scenario(question: Question) -> Iterator[str]:
    if question.scenario.fleet is None:
        yield "a fork of history (its devices differ one by one)"
    kinds = [image.device_type for image in question.scenario.bad_images or ()]
    if len(kinds) != len(set(kinds)):
        yield "two bad images of one type of device"


def _of_plan(plan: Plan) -> Iterator[str]:
    name, pacing = plan.campaign_id, plan.pacing
    beyond = {
        f"the windows of {name}": bool(plan.windows),
        f"the dated activation of {name}": plan.activation is not None,
        f"the gas meters of {name}": plan.device_type == "GSME",
        f"the targets of {name}": plan.rolls_back is not None or plan.targets is not None,
        f"the waves by count of {name}": plan.is_counted,
        f"the abort of {name}": plan.on_reject == "abort",
        f"the end date of {name}": plan.ends_on is not None,
        f"what follows from causes in {name} (on_failure)": bool(plan.policy.on_failure),
        f"the times of single steps of {name}": _times_steps(plan),
        f"the ramps of {name}": any(wave.ramp for wave in plan.waves),
        f"the models that {name} names": _names_models(plan),
        f"the hub variants that {name} names": bool(plan.selection.hub_variants),
        f"the hardware that {name} names": bool(plan.selection.hardware),
        f"the pace of {name} by supplier or model": pacing is not None
        and bool(pacing.per_supplier or pacing.per_model),
    }
    yield from (what for what, is_so in beyond.items() if is_so)


def _times_steps(plan: Plan) -> bool:
    policy = plan.policy
    days = policy.delivery_days, policy.transfer_days, policy.activation_days
    return any(one is not None for one in days)


def _names_models(plan: Plan) -> bool:
    return bool(plan.selection.models) or any(wave.models for wave in plan.waves)
