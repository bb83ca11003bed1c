"""Truth, belief and the active hub by mart equal the fold, whatever the histories."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.marts import sample
from tests.marts.folding import built, folded
from twin.events import firmware, lifecycle
from twin.events.envelope import Event, new_event
from twin.state.premises import active_device, is_capable
from twin.vocabulary import DeviceType, HubVariant, ReturnReason

JULY = datetime(2017, 7, 1, tzinfo=UTC)


def wild_events(seed: int, *, premises: int) -> list[Event]:
    """Hubs and meters that come, go, come again and change firmware, in no sensible order."""
    luck = random.Random(seed)
    events: list[Event] = []
    numbers: dict[str, int] = defaultdict(int)
    for number in range(premises):
        key = sample.History(number).premises_id
        for _ in range(luck.randint(1, 12)):
            fact = _wild_fact(luck, number)
            source = f"urn:gb:{luck.choice(('supplier', 'dsp'))}:{key}"
            numbers[source] += 1
            at = JULY + timedelta(hours=6 * luck.randint(0, 20))
            told = new_event(
                fact=fact,
                source=source,
                sequence=numbers[source],
                key=key,
                occurred_at=at,
                recorded_at=JULY + timedelta(days=9),
            )
            events.append(told)
    luck.shuffle(events)
    return events


def _wild_fact(luck: random.Random, number: int):
    hub, other = (sample.eui64(f"hub {n} of {number}") for n in luck.sample(range(3), 2))
    esme, capable = sample.eui64(f"esme {luck.randint(0, 1)} of {number}"), luck.random() < 0.6
    device, kind = luck.choice(((hub, DeviceType.CHF), (esme, DeviceType.ESME)))
    step = (device, kind, "LCP-METERS", 1, 1, sample.NEW, capable)
    uuid = "00000000-0000-0000-0000-000000000001"
    variant = luck.choice(list(HubVariant))
    entry = lifecycle.InventoryEntryTold(
        device_id=device,
        device_type=kind,
        by="8.2",
        firmware_version=luck.choice((sample.OLD, sample.NEW, None)),
        pairing_capable=capable,
    )
    return luck.choice(
        (
            lifecycle.CommsHubInstalled(hub, sample.MODEL, variant, sample.OLD, capable),
            entry,
            lifecycle.CommsHubReplaced(hub, other, ReturnReason.FAULT, True, True),
            lifecycle.DeviceInstalled(esme, DeviceType.ESME, sample.MODEL, sample.OLD, capable),
            firmware.FirmwareActivated(*step, response_lost=luck.random() < 0.5),
            firmware.ExecutingFirmwareChanged(device, kind, sample.NEW, capable),
            firmware.FirmwareVersionRead(device, kind, sample.NEW, capable, uuid),
        )
    )


@pytest.mark.rule("BR35", "BR43")
@pytest.mark.parametrize("seed", range(3))
def test_truth_belief_and_the_active_hub_equal_the_fold_of_wild_histories(
    tmp_path: Path, seed: int
) -> None:
    events = wild_events(seed, premises=1_500)
    frames, fleet = built(tmp_path, events), folded(events).values()
    summary = frames["summary"].row(0, named=True)

    def fitted(kind: DeviceType) -> int:
        return sum(active_device(one, device_type=kind) is not None for one in fleet)

    assert summary["installed_hubs"] == fitted(DeviceType.CHF)
    assert summary["installed_esmes"] == fitted(DeviceType.ESME)
    assert summary["capable_premises"] == sum(is_capable(one) for one in fleet) > 50
    assert summary["believed_premises"] == sum(is_capable(one, believed=True) for one in fleet) > 50
    assert summary["belief_behind_premises"] == sum(
        is_capable(one) and not is_capable(one, believed=True) for one in fleet
    )
    dual = sum(
        (hub := active_device(one, device_type=DeviceType.CHF)) is not None
        and hub.hub_variant is HubVariant.DUAL_BAND
        for one in fleet
    )
    assert frames["links"]["hubs"].sum() == dual
