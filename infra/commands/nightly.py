"""`twin nightly`: the proof that live equals rebuilt, also while a run is at work."""

import sys
import time
from datetime import UTC, datetime

from infra.commands.folders import home_of, lake_of
from infra.commands.rebuild import (
    EngineChoice,
    Master,
    print_proof,
    proof_of,
    require_master_fits,
    require_tables,
)
from infra.commands.speak import HomeFolder, Json, say_json
from infra.refusals import DoesNotHold
from infra.run.engines import Engine
from infra.run.looking_back import LookingBack
from infra.run.nightly import nightly as prove
from infra.run.proofs import show_proofs
from infra.run.supervisor import Supervisor
from infra.spark.session import LOCAL
from twin.bulk.proof import publish_proof


def nightly(
    engine: EngineChoice = Engine.BULK,
    master: Master = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Rebuild the fleet, compare with the live tables, publish; exit status 3 if they differ.

    Then make the checkpoints of ends of months that have none yet; a run makes them by itself.
    A run may be at work: the tables are taken as they stand, and the lake is folded up to there. A
    run that is watched does it by itself (`--nightly-days`); elsewhere it is a job for cron.
    """
    path = home_of(home)
    require_master_fits(engine, master)
    require_tables(path)
    is_live = Supervisor(path, ()).runs()
    began = time.monotonic()
    found = prove(path, engine, master=master or LOCAL, is_live=is_live)
    proof = proof_of(found, engine, began=began, by="twin nightly")
    publish_proof(path, proof)
    if not is_live:
        show_proofs(path, now=datetime.now(UTC))  # a run's publisher does it itself
    say_json(proof) if as_json else print_proof(proof)
    if not is_live:
        lake, looking = lake_of(home), LookingBack(path)
        for one in looking.make(lake, looking.due(lake), now=datetime.now(UTC)):
            print(f"twin: checkpoint {one.id} made, {one.resolved}", file=sys.stderr)
    if proof.equal is False:
        raise DoesNotHold("the live tables are not what the lake folds to")
