"""Each finding follows from the counts: it asks for a change beyond its limit and not before."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from twin.events.codec import decode
from twin.events.envelope import encode, new_event
from twin.events.oversight import PROGRAMME_ID
from twin.evidence.review import findings_of_consumers as consumers
from twin.evidence.review import findings_of_the_radio as radio
from twin.evidence.review.counts import Counts
from twin.evidence.review.findings import FINDINGS, findings_of
from twin.evidence.review.limits import shipped_limits
from twin.evidence.review.period import period_of
from twin.evidence.review.requests import Asked, Standing
from twin.vocabulary import Addressee, Recommendation, SecObjective

LIMITS = shipped_limits()
EMPTY = Counts(
    period=period_of("2017-Q4"),
    known_from=datetime(2017, 1, 1, tzinfo=UTC),
    known_until=datetime(2017, 12, 31, tzinfo=UTC),
    fleet={"registered": 0, "installed": 0},
    deployment=(
        {"part": "all", "name": "", "measured": 0, "ghz_2_4": 0, "sub_ghz": 0, "neither": 0},
    ),
    bands=(),
    licence=(),
    links=(),
    link_words=(),
    duty=tuple(
        {"state": state, "hours": 0.0, "discards": 0}
        for state in ("normal", "limited", "critical", "regulated")
    ),
    pairing=(),
    joins=(),
    pins=(),
    intruders=(),
    obligations=(),
    breaches=(),
    requests=(),
)


def asked(party, answered, standing):
    due = date(2017, 10, 29)
    return Asked(party, "use_of_868", date(2017, 10, 1), due, answered, standing)


def licence(condition, passed, failed, not_judged):
    return {
        "supplier": "S01",
        "condition": condition,
        "passed": passed,
        "failed": failed,
        "not_judged": not_judged,
    }


def measured(ghz_2_4, sub_ghz, neither):
    return (
        {
            "part": "all",
            "name": "all premises",
            "measured": ghz_2_4 + sub_ghz + neither,
            "ghz_2_4": ghz_2_4,
            "sub_ghz": sub_ghz,
            "neither": neither,
        },
    )


def band(device_type, reason, devices):
    return {
        "device_type": device_type,
        "band": "sub_ghz",
        "reason": reason,
        "devices": devices,
    }


def attempts(route, outcome, cause, count):
    return {"route": route, "outcome": outcome, "cause": cause, "attempts": count}


def pins(standing, pin_class, premises):
    return {"standing": standing, "pin_class": pin_class, "premises": premises}


def owed(obligation, of_what, capable, installed):
    return {
        "obligation": obligation,
        "of_what": of_what,
        "capable": capable,
        "installed": installed,
    }


def duty(critical):
    hours = {"normal": 10_000.0, "limited": 5.0, "critical": critical, "regulated": 0.0}
    return tuple({"state": s, "hours": h, "discards": 7} for s, h in hours.items())


IMPRACTICABLE = "technically_impracticable"
CASES = [
    (radio.coverage, {"deployment": measured(700, 265, 35)}, False),
    (radio.coverage, {"deployment": measured(600, 365, 35)}, True),
    (radio.use_of_868, {"bands": (band("IHD", IMPRACTICABLE, 90),)}, False),
    (radio.use_of_868, {"bands": (band("IHD", "coverage", 9),)}, True),
    (radio.use_of_868, {"bands": (band("ESME", IMPRACTICABLE, 9),)}, True),
    (radio.licence_failed, {"licence": (licence("40.1/34.1", 9, 0, 1),)}, False),
    (radio.licence_failed, {"licence": (licence("40.1/34.1", 99, 6, 0),)}, True),
    (radio.licence_not_judged, {"licence": (licence("49.4(d)/43.4(d)", 75, 0, 25),)}, False),
    (radio.licence_not_judged, {"licence": (licence("49.4(d)/43.4(d)", 74, 0, 26),)}, True),
    (radio.licence_not_judged, {"licence": (licence("40.1/34.1", 0, 0, 26),)}, None),
    (radio.links_refused, {"link_words": ({"opened": 990, "refused": 10},)}, False),
    (radio.links_refused, {"link_words": ({"opened": 989, "refused": 11},)}, True),
    (radio.air_loaded, {"duty": duty(1.0)}, False),
    (radio.air_loaded, {"duty": duty(100.0)}, True),
    (consumers.answers, {"requests": (asked("S01", date(2017, 10, 9), Standing.ON_TIME),)}, False),
    (consumers.answers, {"requests": (asked("S01", None, Standing.DUE),)}, False),
    (consumers.answers, {"requests": (asked("S01", None, Standing.UNANSWERED),)}, True),
    (
        consumers.pairing_remote,
        {
            "pairing": (
                attempts("remote", "completed", None, 80),
                attempts("remote", "failed", "x", 20),
            )
        },
        False,
    ),
    (
        consumers.pairing_remote,
        {
            "pairing": (
                attempts("remote", "completed", None, 79),
                attempts("remote", "failed", "x", 21),
            )
        },
        True,
    ),
    (consumers.pairing_local, {"pairing": (attempts("remote", "failed", "x", 9),)}, None),
    (consumers.pairing_local, {"pairing": (attempts("local", "abandoned", "join", 9),)}, True),
    (consumers.new_installations, {"obligations": (owed("i", "hubs", 90, 90),)}, False),
    (consumers.new_installations, {"obligations": (owed("i", "meters", 80, 90),)}, True),
    (consumers.all_upgraded, {"obligations": (owed("ii", "premises", 90, 90),)}, False),
    (consumers.all_upgraded, {"obligations": (owed("ii", "premises", 80, 90),)}, True),
    (
        consumers.pin_taken_up,
        {"pins": (pins("set", "other", 25),), "fleet": {"installed": 100}},
        False,
    ),
    (
        consumers.pin_taken_up,
        {"pins": (pins("set", "other", 24),), "fleet": {"installed": 100}},
        True,
    ),
    (
        consumers.pin_guessable,
        {"pins": (pins("set", "other", 90), pins("set", "top_1", 10))},
        False,
    ),
    (
        consumers.pin_guessable,
        {"pins": (pins("set", "other", 89), pins("set", "top_20", 11))},
        True,
    ),
    (consumers.intruders, {"intruders": ({"outcome": "pin_held", "attempts": 9},)}, False),
    (consumers.intruders, {"intruders": ({"outcome": "paired", "attempts": 9},)}, True),
]


@pytest.mark.parametrize(("find", "given", "changes"), CASES)
def test_a_finding_asks_for_a_change_beyond_its_limit_only(find, given, changes):
    found = find(replace(EMPTY, **given), LIMITS)

    assert found.asks_for_change is changes
    if not changes:
        assert found.recommendation is Recommendation.NO_CHANGE
        assert not found.framework_change
        assert found.proposal == "no change"
    else:
        assert found.proposal != "no change"


def test_every_finding_has_a_case_on_both_sides():
    assert {find for find, _, changes in CASES if changes} == set(FINDINGS)
    assert {find for find, _, changes in CASES if changes is False} == set(FINDINGS) - {
        consumers.pairing_local
    }


@pytest.mark.parametrize("find", FINDINGS)
def test_of_nothing_nothing_is_found(find):
    found = find(EMPTY, LIMITS)

    assert found.asks_for_change is None
    assert found.says


@pytest.mark.rule("BR40")
def test_findings_serve_an_objective_and_go_to_panel_and_ofgem():
    for finding in findings_of(EMPTY, LIMITS):
        assert isinstance(finding.objective, SecObjective)
        assert set(finding.addressees) == set(Addressee)
        assert finding.sources


def test_a_finding_can_go_on_the_log_of_the_programme():
    finding = consumers.intruders(
        replace(EMPTY, intruders=({"outcome": "paired", "attempts": 9},)), LIMITS
    )
    event = new_event(
        fact=finding.made("7c4c348b-fd56-5dc3-9afb-7b229ac58bd8"),
        source=f"urn:gb:programme:{PROGRAMME_ID}",
        sequence=1,
        key=PROGRAMME_ID,
        occurred_at=datetime(2018, 1, 20, tzinfo=UTC),
    )

    assert decode(key=PROGRAMME_ID.encode(), value=encode(event)) == event


def test_a_supplier_that_never_answered_is_named():
    requests = (
        asked("S01", date(2017, 10, 9), Standing.ON_TIME),
        asked("S02", None, Standing.UNANSWERED),
    )

    assert consumers.answers(replace(EMPTY, requests=requests), LIMITS).says.endswith(
        "never answered: S02"
    )


def test_small_counts_stand_in_no_sentence():
    given = replace(EMPTY, intruders=({"outcome": "paired", "attempts": 3},))

    assert consumers.intruders(given, LIMITS).says.startswith("<5 of <5")
