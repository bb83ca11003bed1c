"""Who is emulated in a history, and along which ticks; on a log and without one the same."""

from collections.abc import Callable
from datetime import timedelta

from infra.run.equipment import Equipment
from streams.clock import Schedule
from twin.fleet.field import Field
from twin.fleet.oversight.operator import Operator, shipped_operator
from twin.fleet.oversight.story import Oversight
from twin.generate.actors import Actors


def actors_of(equipment: Equipment) -> Actors:
    """Fleet, oversight and operator before their first moment."""
    return Actors(
        field=field_of(equipment),
        oversight=oversight_of(equipment),
        operator=operator_of(equipment),
    )


def field_of(
    equipment: Equipment,
    *,
    holds: Callable[[str], bool] = lambda _: True,
    for_good: bool = False,
    named: bool = True,
) -> Field:
    """The fleet in the field, or those of its premises that are held; see `Field`."""
    history = equipment.history
    return Field(
        assumptions=equipment.assumptions,
        catalogue=equipment.catalogue,
        premises=history.premises,
        seed=history.seed,
        starts=history.starts_at,
        ends=history.ends_at,
        policy=history.policy,
        holds=holds,
        for_good=for_good,
        named=named,
    )


def oversight_of(equipment: Equipment) -> Oversight:
    """The programme's own side."""
    history = equipment.history
    return Oversight(
        catalogue=equipment.catalogue,
        seed=history.seed,
        starts=history.starts_at,
        ends=history.ends_at,
        premises=history.premises,
    )


def operator_of(equipment: Equipment) -> Operator:
    """The emulated operators of the campaigns."""
    return Operator(
        rows=shipped_operator(), campaigns=[plan.campaign_id for plan in equipment.plans]
    )


def schedule_of(equipment: Equipment) -> Schedule:
    """The ticks of the period."""
    history = equipment.history
    return Schedule(
        starts=history.starts_at,
        ends=history.ends_at,
        length=timedelta(hours=history.tick_hours),
    )
