"""Processes: the emulated log runs as designed, and every kind of deviation is found in a log."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.evidence.sample_lake import all_of, lake_of, logged
from tests.infra.command_line import twin
from twin.campaign.transitions import moves
from twin.events import firmware, joining, pairing, programme
from twin.events.codec import decode
from twin.events.envelope import new_event
from twin.events.registry import ALL_TYPES, short_name
from twin.evidence import telling
from twin.evidence.answers.figures import OF_QUESTIONS
from twin.evidence.answers.questions import ground_of
from twin.evidence.architecture.areas import AREAS
from twin.evidence.processes.conformance import Deviation, Kind
from twin.evidence.processes.flow import events_of, flows
from twin.evidence.processes.mining import Log
from twin.lake import read
from twin.lake.table import Lake
from twin.rules.citations import is_citable
from twin.rules.sentences import RULES
from twin.vocabulary import (
    DeviceType,
    KeySource,
    LogChange,
    ModeOpenedBy,
    PairingChannel,
    PairingFault,
    PairingRoute,
)

PLAN = Path(__file__).with_name("hubs.toml")
BEGINS = datetime(2017, 8, 1, 9, tzinfo=UTC)
HUB, METER, CAD = (f"0A-0B-0C-0D-0E-0F-00-0{n}" for n in (1, 2, 3))
LOCAL = PairingRoute.LOCAL


def premises(n: int) -> str:
    return f"Pabcdefabcdefab{n:02d}"


def attempt(n: int) -> str:
    return f"7c4c348b-fd56-5dc3-9afb-7b229ac58b{n:02d}"


def as_designed(n: int) -> list[tuple[str, str, object, int]]:
    """A local pairing that goes well: name, teller, fact, seconds after the one before."""
    own = attempt(n)
    return [
        ("started", "esme", pairing.PairingStarted(own, LOCAL, PairingChannel.AT_METER, False), 1),
        ("mode", "esme", pairing.PairingModeOpened(own, 600, ModeOpenedBy.CONSUMER), 30),
        ("reported", "cad", pairing.CadAddressReported(own, CAD), 12),
        ("displayed", "chf", pairing.CadAddressDisplayed(own, CAD), 1),
        ("selected", "esme", pairing.CadSelected(own, CAD), 15),
        ("entered", "esme", pairing.InstallCodeEntered(own, 44, 1, 90), 180),
        ("transferred", "esme", pairing.InstallCodeTransferred(own, 16, True), 1),
        ("listed", "chf", joining.ChfDeviceLogChanged(HUB, CAD, LogChange.ADDED, (CAD,), ()), 1),
        (
            "joined",
            "chf",
            joining.DeviceJoined(CAD, DeviceType.CAD, KeySource.INSTALL_CODE, 300, 600),
            30,
        ),
        (
            "succeeded",
            "esme",
            joining.JoinSucceeded(METER, DeviceType.ESME, CAD, DeviceType.CAD),
            1,
        ),
        ("completed", "esme", pairing.PairingCompleted(own, LOCAL, CAD, 16, 271), 1),
    ]


def without(name):
    return lambda steps: [step for step in steps if step[0] != name]


def moved(name, before):
    def change(steps):
        (step,) = (one for one in steps if one[0] == name)
        rest = [one for one in steps if one[0] != name]
        place = [one[0] for one in rest].index(before)
        return [*rest[:place], step, *rest[place:]]

    return change


def told_twice(name):
    return lambda steps: [one for step in steps for one in [step] * (1 + (step[0] == name))]


def also(n, fact, teller):
    return lambda steps: [*steps, (f"more {n}", teller, fact, 1)]


def changed(name, **given):
    def change(steps):
        return [
            (one[0], given.get("teller", one[1]), one[2], given.get("after", one[3]))
            if one[0] == name
            else one
            for one in steps
        ]

    return change


def cut_after(name):
    return lambda steps: steps[: [one[0] for one in steps].index(name) + 1]


PLANTED = {
    Kind.STARTS_ELSEWHERE: moved("mode", "started"),
    Kind.NOT_OF_THE_PROCESS: also(
        2, joining.GpfDeviceLogChanged("0A-0B-0C-0D-0E-0F-00-09", (CAD,)), "gpf"
    ),
    Kind.SKIPPED: without("selected"),
    Kind.REPEATED: told_twice("mode"),
    Kind.WRONG_ORDER: moved("selected", "displayed"),
    Kind.AFTER_THE_END: also(
        6, pairing.PairingModeOpened(attempt(6), 600, ModeOpenedBy.CONSUMER), "esme"
    ),
    Kind.ENDED_TWICE: also(
        7, pairing.PairingFailed(attempt(7), LOCAL, PairingFault.WINDOW_EXPIRED), "esme"
    ),
    Kind.NEVER_ENDS: cut_after("selected"),
    Kind.TOLD_BY_ANOTHER: changed("entered", teller="dsp"),
    Kind.TOO_SLOW: changed("joined", after=7200),
}


def events_of_attempt(n, steps):
    at, numbers, found = BEGINS, {}, []
    for _, teller, fact, after in steps:
        at += timedelta(seconds=after)
        named = {"esme": METER, "chf": HUB, "cad": CAD, "gpf": HUB}.get(teller, premises(n))
        source = f"urn:gb:{teller}:{named}"
        numbers[source] = numbers.get(source, 1000 * n) + 1
        found.append(
            new_event(
                fact=fact,
                source=source,
                sequence=numbers[source],
                key=premises(n),
                occurred_at=at,
                correlation_id=f"attempt:{attempt(n)}",
            )
        )
    return found


def ran(home, attempts):
    """The local pairings of a log that goes on for a month after them."""
    later = pairing.PairingFailed(attempt(99), LOCAL, PairingFault.NOT_CAPABLE)
    began = pairing.PairingStarted(attempt(99), LOCAL, PairingChannel.AT_METER, False)
    last = [("started", "esme", began, 40 * 86_400), ("failed", "esme", later, 30)]
    events = [event for n, steps in attempts.items() for event in events_of_attempt(n, steps)]
    lake = lake_of(home, logged([*events, *events_of_attempt(99, last)]))
    log = Log(lake.files(), all_of(lake))
    found = log.ran(flows()["local_pairing"])
    log.close()
    return found


@pytest.mark.parametrize("kind", Kind)
def test_a_planted_deviation_of_each_kind_is_found_and_no_other_case_is_blamed(kind, tmp_path):
    n = 1 + list(Kind).index(kind)
    bad = PLANTED[kind](as_designed(n))

    found = ran(tmp_path, {n: bad, 50: as_designed(50), 51: as_designed(51)})

    assert found.cases == 4
    assert found.conforming == 3
    assert kind in {deviation.kind for deviation, _ in found.found}
    assert all(cases == 1 for _, cases in found.found)


def test_all_ten_kinds_are_found_in_one_log(tmp_path):
    attempts = {n: PLANTED[kind](as_designed(n)) for n, kind in enumerate(Kind, start=1)}

    found = ran(tmp_path, {**attempts, 50: as_designed(50)})

    assert len(Kind) == len(PLANTED) == 10
    assert {deviation.kind for deviation, _ in found.found} == set(Kind)
    assert (found.cases, found.conforming) == (12, 2)
    assert Deviation(Kind.SKIPPED, "cad-address-displayed > install-code-entered") in dict(
        found.found
    )


def test_counts_and_median_times_are_those_of_the_cases(tmp_path):
    slower = changed("mode", after=50)
    found = ran(tmp_path, {50: as_designed(50), 51: slower(as_designed(51)), 52: as_designed(52)})

    steps = {(step.before, step.after): (step.times, step.median_s) for step in found.steps}
    names = [short_name(step[2].TYPE).partition(".")[2] for step in as_designed(50)]
    assert steps["started", "mode-opened"] == (3, 30.0)
    assert all(steps[pair][0] == 3 for pair in pairwise(names))
    assert steps["started", "failed"] == (1, 30.0)
    assert [(v.cases, len(v.walked)) for v in found.variants] == [(3, 11), (1, 2)]
    assert dict(found.activities)["completed"] == 3
    assert ("mode-opened", "esme", 3) in found.told_by


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("emulated") / "home"
    said = twin(
        "fleet",
        "generate",
        *("--premises", "250", "--seed", "5", "--from", "2017-05-20", "--to", "2017-09-10"),
        *("--plan", PLAN, "--tick-hours", "168", "--to-lake", home),
    )
    assert said.status == 0, said
    return home


def test_the_emulated_log_runs_as_designed(emulated):
    lake = Lake(emulated / "lake" / "events")
    log = Log(lake.files(), all_of(lake))
    found = [log.ran(flow) for flow in flows().values()]
    log.close()

    assert [(one.flow.key, one.conformance, one.found) for one in found] == [
        (key, 1.0, ()) for key in flows()
    ]
    assert all(one.cases for one in found)


def test_answers_from_processes_are_plain_counts_of_the_emulated_log(emulated):
    lake = Lake(emulated / "lake" / "events")
    ground = ground_of(lake.files(), all_of(lake))
    said = {n: {one.name: one.value for one in OF_QUESTIONS[n](ground)} for n in (4, 6, 8)}
    told = [
        decode(key=record.key, value=record.value).fact
        for topic in ("premises.events", "campaign.events")
        for record in read.records(lake.files(), topic=topic)
    ]
    locals_of = {f.attempt_id for f in told if getattr(f, "route", None) is LOCAL}
    codes = [f for f in told if isinstance(f, pairing.InstallCodeEntered)]
    activated = sum(isinstance(f, firmware.FirmwareActivated) for f in told)
    asked = {
        (f.device_id, f.campaign_id, f.attempt)
        for f in told
        if getattr(f, "attempt", None) and getattr(f, "campaign_id", None)
    }

    assert said[4]["codes accepted"] == telling.told(len(codes))
    assert {f.attempt_id for f in codes} <= locals_of
    assert said[6]["attempts with activated"].startswith(
        f"{telling.told(activated)} of {telling.told(len(asked))}"
    )
    ended = {f.campaign_id for f in told if isinstance(f, programme.CampaignFinished)}
    assert {name for name in said[8] if name.startswith("campaign")} == {
        f"campaign {name}, submission to end" for name in ended
    }


def test_flows_name_real_events_tellers_areas_and_sources():
    names = {short_name(name).partition(".")[2] for name in ALL_TYPES}
    for flow in flows().values():
        assert {one.split(" ")[0] for one in flow.activities} <= names, flow.key
        assert set(flow.told_by) >= set(flow.activities), flow.key
        assert flow.area in {area.name for area in AREAS}
        assert all(is_citable(one) or one in RULES for one in flow.sources), flow.key
        assert events_of(flow)
        assert set(flow.limits) <= {
            f"{a} > {b}" for a, following in flow.steps.items() for b in following
        }


def test_the_campaign_flow_is_the_table_that_campaigns_decide_by():
    flow = flows()["campaign"]
    designed = {(a, b) for a, following in flow.steps.items() for b in following}
    pairs = {
        (short_name(a.fact.TYPE), short_name(b.fact.TYPE))
        for a in moves()
        for b in moves()
        if a.after is b.before
    }

    assert designed == {(a.partition(".")[2], b.partition(".")[2]) for a, b in pairs}
    assert flow.starts == ("campaign-submitted",)
