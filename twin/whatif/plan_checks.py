"""What a plan may not say in a scenario, as (path, sentence) pairs: what the engine cannot tell.

The plan itself is sound by then (`twin.campaign.plan_checks`). Nothing that a plan asks for may be
left out in silence: whom it names must be there, with firmware that is Current.
"""

from collections.abc import Iterator
from datetime import date

from twin.campaign.form_checks import Mistakes
from twin.campaign.plan import Plan
from twin.campaign.toml_lines import Path
from twin.fleet.numbers.assumptions import SUPPLIERS
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import DeviceType


def plan_mistakes(plan: Plan, *, first: date, catalogue: Catalogue) -> Mistakes:
    """All that a scenario cannot answer of a plan; `first` is the first day of the fleet."""
    if plan.rolls_back is not None:
        yield ("rolls_back",), "what-if does not simulate a way back: leave this plan out."
    if plan.selection.hub_variants:
        yield (
            ("selection", "hub_variants"),
            "the hubs of what-if are of no variant: leave hub_variants out.",
        )
    if plan.hubs_first:
        yield (
            ("hubs_first",),
            "a what-if lets no meter wait for the hub of its home: leave hubs_first out.",
        )
    after, before = plan.installed_within
    if after is not None:
        yield ("selection",), "a what-if cannot leave out what was installed before a day."
    if before is not None and before <= first:
        yield (
            ("installed_before",),
            f"nobody is installed before the fleet, which begins on {first}: a later day is due.",
        )
    if plan.starts_on < first:
        yield ("starts_on",), f"starts_on must not be before the fleet, which begins on {first}."
    yield from _unknown(plan, catalogue)


def _unknown(plan: Plan, catalogue: Catalogue) -> Mistakes:
    for path, names in _suppliers(plan):
        for name in names:
            if name not in SUPPLIERS:
                there = f"there are {SUPPLIERS[0]} to {SUPPLIERS[-1]}"
                yield path, f"no supplier is called {name[:40]}; {there}."
    for path, names in _models(plan):
        for name in names:
            why = model_mistake(name, DeviceType(plan.device_type), catalogue)
            if why is not None:
                yield path, why


def model_mistake(name: str, kind: DeviceType, catalogue: Catalogue) -> str | None:
    """Why a campaign cannot be about a model, in one sentence; None where it can."""
    if name in catalogue.upgradable(kind):
        return None
    known = {entry.model for entry in catalogue.entries if entry.kind is kind}
    if name not in known:
        return f"the products list has no {kind} of the model {name[:40]}."
    return (
        f"{name[:40]} has no firmware with local pairing that is Current: name one of "
        f"{', '.join(catalogue.upgradable(kind))}."
    )


def _suppliers(plan: Plan) -> Iterator[tuple[Path, tuple[str, ...]]]:
    yield ("selection", "suppliers"), plan.selection.suppliers
    for nth, wave in enumerate(plan.waves):
        yield ("waves", nth, "suppliers"), wave.suppliers
    if plan.pacing is not None:
        paced = tuple(name for name in plan.pacing.per_supplier if name != "*")
        yield ("pacing", "per_supplier"), paced


def _models(plan: Plan) -> Iterator[tuple[Path, tuple[str, ...]]]:
    yield ("selection", "models"), plan.selection.models
    for nth, wave in enumerate(plan.waves):
        yield ("waves", nth, "models"), wave.models
    if plan.pacing is not None:
        yield ("pacing", "per_model"), tuple(n for n in plan.pacing.per_model if n != "*")
