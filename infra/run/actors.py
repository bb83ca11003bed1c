"""Who is emulated in a history, and along which ticks; on a log and without one the same."""

from datetime import timedelta

from infra.run.equipment import Equipment
from streams.emulator import Schedule
from twin.fleet.field import Field
from twin.fleet.oversight.operator import Operator, shipped_operator
from twin.fleet.oversight.story import Oversight
from twin.generate.actors import Actors


def actors_of(equipment: Equipment) -> Actors:
    """Fleet, oversight and operator before their first moment."""
    history = equipment.history
    return Actors(
        field=Field(
            assumptions=equipment.assumptions,
            catalogue=equipment.catalogue,
            premises=history.premises,
            seed=history.seed,
            starts=history.starts_at,
            ends=history.ends_at,
            policy=history.policy,
        ),
        oversight=Oversight(
            catalogue=equipment.catalogue,
            seed=history.seed,
            starts=history.starts_at,
            ends=history.ends_at,
            premises=history.premises,
        ),
        operator=Operator(
            rows=shipped_operator(), campaigns=[plan.campaign_id for plan in equipment.plans]
        ),
    )


def schedule_of(equipment: Equipment) -> Schedule:
    """The ticks of the period."""
    history = equipment.history
    return Schedule(
        starts=history.starts_at,
        ends=history.ends_at,
        length=timedelta(hours=history.tick_hours),
    )
