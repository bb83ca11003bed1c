"""`twin reconcile`: a spot check of live tables and published marts, any day other premises."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from infra.commands.folders import home_of
from infra.commands.rebuild import print_proof, require_tables
from infra.commands.speak import HomeFolder, Json, say_json
from infra.refusals import DoesNotHold
from infra.run.proofs import show_proofs
from infra.run.reconciling import SAMPLE, Draw, reconciled
from infra.run.supervisor import Supervisor
from twin.bulk.proof import publish_proof


def reconcile(
    sample: Annotated[int, typer.Option(min=1, help="Premises that are drawn.")] = SAMPLE,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 1,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Whose premises are drawn; today's otherwise."),
    ] = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Fold random premises again, compare with tables and marts; exit status 3 if one differs.

    A run may be at work. The same seed and day draw the same premises.
    """
    path = home_of(home)
    require_tables(path)
    is_live = Supervisor(path, ()).runs()
    drawn = Draw(sample, seed, _day(day))
    proof = reconciled(path, drawn, is_live=is_live)
    publish_proof(path, proof)
    if not is_live:
        show_proofs(path, now=datetime.now(UTC))  # a run's publisher does it itself
    say_json(proof) if as_json else print_proof(proof)
    if not proof.equal:
        raise DoesNotHold("a live table or a published mart is not what the lake folds to")


def _day(day: datetime | None) -> date:
    return datetime.now(UTC).date() if day is None else day.date()
