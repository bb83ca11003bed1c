"""The licence conditions by mart equal a naive count and what the rule book judges on the fold."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.marts import naive_network as naive
from tests.marts import sample
from tests.marts.folding import built, folded
from twin.events import bands, lifecycle
from twin.rules.judged_licence import judge_connection, judge_provision
from twin.state.premises import Premises
from twin.vocabulary import Band, BandReason, DeviceType, HubVariant

PREMISES = 240
JULY = datetime(2017, 7, 1, tzinfo=UTC)
VERDICTS = {"met": "passed", "broken": "failed", "not_judgeable": "not_judged"}


def judged(fleet: dict[str, Premises]) -> dict[tuple[str, str], Counter[str]]:
    """Verdicts of the rule book on the fold, by supplier and condition."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for premises in fleet.values():
        assert premises.registration is not None
        for finding in (*judge_provision(premises=premises), *judge_connection(premises=premises)):
            condition = finding.check.removeprefix("licence condition ").replace(" ", "")
            counts[premises.registration.supplier, condition][VERDICTS[finding.verdict]] += 1
    return counts


def conditions(frame: pl.DataFrame) -> dict[tuple[str, str], Counter[str]]:
    rows = frame.iter_rows(named=True)
    return {
        (row["supplier"], row["condition"]): Counter(
            {verdict: row[verdict] for verdict in VERDICTS.values()}
        )
        for row in rows
    }


@pytest.mark.rule("BR12", "BR13")
def test_licence_conditions_of_every_supplier(tmp_path: Path) -> None:
    events = sample.sample_events(PREMISES)
    found = conditions(built(tmp_path, events)["licence_conditions"])
    assert found == naive.condition_counts(events) == judged(folded(events))
    assert len({supplier for supplier, _ in found}) == 6


GHZ = (Band.GHZ_2_4, BandReason.COVERAGE)
SUB = (Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE)
UNFOUNDED = (Band.SUB_GHZ, BandReason.COVERAGE)
ALT = (Band.ALTERNATIVE_HAN, BandReason.NO_BAND)
DUAL, SINGLE = HubVariant.DUAL_BAND, HubVariant.SINGLE_BAND


@pytest.mark.rule("BR12", "BR13", "BR14")
@pytest.mark.parametrize(
    ("selected", "works", "variant", "provided", "connected"),
    [
        (GHZ, True, DUAL, "passed", "passed"),
        (GHZ, None, SINGLE, "passed", "passed"),
        (SUB, False, DUAL, "passed", "not_judged"),
        (SUB, False, None, "passed", "not_judged"),
        (SUB, False, SINGLE, "failed", "not_judged"),
        (SUB, True, DUAL, "failed", "failed"),
        (SUB, None, DUAL, "not_judged", "not_judged"),
        (UNFOUNDED, False, DUAL, "not_judged", "not_judged"),
        (ALT, False, SINGLE, "passed", "not_judged"),
        (ALT, True, DUAL, "failed", "failed"),
        (None, True, DUAL, "not_judged", "not_judged"),
    ],
)
def test_a_condition_passes_fails_or_cannot_be_judged(
    tmp_path: Path,
    selected: tuple[Band, BandReason] | None,
    works: bool | None,
    variant: HubVariant | None,
    provided: str,
    connected: str,
) -> None:
    history = sample.History(1)
    supplier, ihd = f"urn:gb:supplier:{history.premises_id}", history.device("ihd")
    facts: list[object] = [next(iter(sample.a_history(1, premises=10).events())).fact]
    facts.append(lifecycle.DeviceInstalled(ihd, DeviceType.IHD))
    if variant is not None:
        hub = history.device("hub")
        facts.append(lifecycle.CommsHubInstalled(hub, sample.MODEL, variant, sample.NEW, True))
    if works is not None:
        facts.append(bands.CoverageMeasured(works, True))
    if selected is not None:
        facts.append(bands.BandSelected(ihd, DeviceType.IHD, *selected))
    for n, fact in enumerate(facts):
        history.say(JULY + timedelta(minutes=n), supplier, fact)
    events = list(history.events())
    found = conditions(built(tmp_path, events)["licence_conditions"])
    assert {condition: next(iter(+count)) for (_, condition), count in found.items()} == {
        "40.1/34.1": provided,
        "40.4/34.4": provided,
        "49.4(d)/43.4(d)": connected,
    }
    assert found == judged(folded(events))
