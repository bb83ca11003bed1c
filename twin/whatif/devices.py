"""What a scenario makes different for some devices: bad images, slow regions, late suppliers."""

from collections.abc import Iterator

import numpy as np

from twin.campaign.plan import Plan
from twin.fleet.firmware.bad_image import bad_model
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import DeviceType
from twin.whatif.batches import Devices
from twin.whatif.causes import follows, histories
from twin.whatif.luck import purpose_key
from twin.whatif.members import Members
from twin.whatif.population import NEVER
from twin.whatif.reading import Question
from twin.whatif.scenario import BadImage, Scenario


def devices_of(
    plan: Plan,
    *,
    question: Question,
    catalogue: Catalogue,
    members: Members,
) -> Devices:
    """The members of a campaign with what is so of each of their groups."""
    scenario, names = question.scenario, members.strata.names
    images = tuple(
        one for one in bad_images(question, catalogue) if one.device_type == plan.device_type
    )
    by_share = [one for one in images if one.model is None]
    ratios = {str(one.region): one.delivery_ratio for one in scenario.slow_regions}
    lates = {one.supplier: _late(scenario, nth) for nth, one in enumerate(scenario.late_suppliers)}
    models = [{one.model: one.failed_share} for one in images if one.model is not None]
    return Devices(
        premises=members.premises,
        group=members.group,
        touched=np.zeros(len(members.premises) if images else 1, np.uint8),
        running=np.full(len(members.premises), NEVER, np.int16),
        bad=np.array([max((of.get(n.model, 0.0) for of in models), default=0.0) for n in names]),
        ratio=np.array([ratios.get(name.region, 1.0) for name in names]),
        late=np.array([lates.get(name.supplier, -1) for name in names], np.int64),
        shares=np.array([one.share for one in by_share], np.float64),
        fails=np.array([one.failed_share for one in by_share], np.float64),
        share_keys=np.array(
            [
                purpose_key(seed=scenario.seed, purpose=f"firmware.bad.{nth}")
                for nth in range(len(by_share))
            ],
            dtype=np.uint64,
        ),
        offset=members.seating.offset,
        attempts_max=plan.policy.attempts_max,
        quarantine_after=plan.policy.quarantine_after,
        quarantine_days=plan.policy.quarantine_days,
        follows=follows(plan.policy),
        history=histories(plan.policy, len(members.premises)),
    )


def bad_images(question: Question, catalogue: Catalogue) -> tuple[BadImage, ...]:
    """The images of a scenario that are bad: its own, or the incident of the emulated fleet."""
    scenario = question.scenario
    if scenario.bad_images is not None:
        return scenario.bad_images
    return tuple(_incident(question, catalogue))


def _incident(question: Question, catalogue: Catalogue) -> Iterator[BadImage]:
    model = bad_model(catalogue=catalogue, seed=question.scenario.seed)
    if model is not None:
        failed = question.rows.firmware.bad_image_failed_share
        yield BadImage(device_type=DeviceType.ESME.value, failed_share=failed, model=model)


def _late(scenario: Scenario, nth: int) -> int:
    return (scenario.late_suppliers[nth].starts - scenario.horizon.starts).days
