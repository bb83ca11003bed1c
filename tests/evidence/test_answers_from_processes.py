"""What answers say of processes, firmware and campaigns is a plain count over the events."""

from collections import Counter

import pytest

from tests.evidence.naive_answers import cases, part_of, upgraded
from tests.evidence.planted_attempts import (
    LOCAL,
    also,
    as_designed,
    attempt,
    cut_after,
    events_of_attempt,
)
from tests.evidence.sample_lake import all_of, lake_of, logged
from tests.marts.naive_network import outage_counts
from twin.events import firmware, pairing, programme
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.evidence import telling
from twin.evidence.answers.figures import OF_QUESTIONS
from twin.evidence.answers.questions import ground_of
from twin.evidence.document import in_words
from twin.evidence.processes.flow import flows
from twin.lake import read
from twin.lake.table import Lake
from twin.vocabulary import PairingFault


@pytest.fixture(scope="module")
def facts(emulated) -> dict[str, list[Event]]:
    """Every event of the emulated log by its topic."""
    lake = Lake(emulated / "lake" / "events")
    return {
        topic: [
            decode(key=record.key, value=record.value)
            for record in read.records(lake.files(), topic=topic)
        ]
        for topic in ("premises.events", "campaign.events")
    }


@pytest.fixture(scope="module")
def ground(emulated):
    lake = Lake(emulated / "lake" / "events")
    return ground_of(lake.files(), all_of(lake))


def said_of(ground, number: int) -> dict[str, str]:
    return {one.name: one.value for one in OF_QUESTIONS[number](ground)}


def test_answers_from_processes_are_plain_counts_of_the_emulated_log(ground, facts):
    told = [event.fact for of_topic in facts.values() for event in of_topic]
    locals_of = {f.attempt_id for f in told if getattr(f, "route", None) is LOCAL}
    codes = [f for f in told if isinstance(f, pairing.InstallCodeEntered)]
    refused = sum(isinstance(f, pairing.InstallCodeRejected) for f in told)
    ends = Counter(
        getattr(f, "cause", None) or f.stage
        for f in told
        if isinstance(f, pairing.PairingFailed | pairing.PairingAbandoned) and f.route is LOCAL
    )

    said = said_of(ground, 4)
    assert said["codes accepted"] == telling.told(len(codes))
    assert {f.attempt_id for f in codes} <= locals_of
    text = part_of(refused, len(codes) + refused)
    assert said["codes refused, of those typed"].startswith(text)
    named = {n.partition(": ")[2] for n in said if n.startswith(("failed", "given up: "))}
    assert named == {in_words(cause.value) for cause in ends}
    for cause, n in ends.items():
        (text,) = (said[name] for name in said if name.endswith(f": {in_words(cause.value)}"))
        assert text in (telling.told(n), telling.BESIDE), cause


def test_attempts_with_an_accepted_code_that_paired_are_counted_plainly(tmp_path):
    attempts = {n: as_designed(n) for n in range(50, 60)}
    for n in range(70, 76):
        fault = pairing.PairingFailed(attempt(n), LOCAL, PairingFault.WINDOW_EXPIRED)
        attempts[n] = also(n, fault, "esme")(cut_after("transferred")(as_designed(n)))
    lake = lake_of(
        tmp_path,
        logged(event for n, steps in attempts.items() for event in events_of_attempt(n, steps)),
    )

    said = said_of(ground_of(lake.files(), all_of(lake)), 4)

    assert said["paired after an accepted code"] == "10 of 16 (62.5%)"
    assert said["codes accepted"] == "16"


def test_what_firmware_made_of_installed_devices_is_a_plain_count(ground, facts):
    plain = upgraded(facts["premises.events"])
    names = ("bare", "upgraded", "exchanged", "left_over")

    found = {row["of_what"]: +Counter({n: row[n] for n in names}) for row in ground.upgraded}

    assert found == plain
    assert plain["hubs"]["upgraded"] > 0
    assert plain["meters"]["left_over"] > 0
    activated = sum(
        isinstance(event.fact, firmware.FirmwareActivated) for event in facts["premises.events"]
    )
    asked = cases(facts["premises.events"], ())["firmware_of_a_device"]
    said = said_of(ground, 6)
    assert said["attempts with activated"].startswith(part_of(activated, asked))
    assert any(name.startswith("meters installed without it") for name in said)


@pytest.mark.rule("BR36")
def test_what_campaigns_moved_is_counted_plainly(ground, facts):
    told = facts["premises.events"]
    ended = {
        e.fact.campaign_id
        for e in facts["campaign.events"]
        if isinstance(e.fact, programme.CampaignFinished)
    }
    outages = outage_counts(told)
    near = sum(n for (_, campaign), (n, _) in outages.items() if campaign is not None)

    said = said_of(ground, 8)

    assert {name for name in said if name.startswith("campaign")} == {
        f"campaign {name}, submission to end" for name in ended
    }
    assert (ground.outages.told, ground.outages.near) == (sum(n for n, _ in outages.values()), near)
    plain = cases(told, ())
    assert said["hubs exchanged, each by a visit"] == telling.told(plain["hub_exchange"])
    activated = sum(isinstance(e.fact, firmware.FirmwareActivated) for e in told)
    each = plain["firmware_of_a_device"] / activated
    assert said["attempts for each device activated"] == f"{each:.2f}"


def test_cases_of_every_process_are_a_plain_count(ground, facts):
    plain = cases(facts["premises.events"], facts["campaign.events"])

    assert {key: one.cases for key, one in ground.ran.items()} == plain
    said = said_of(ground, 10)
    whole = sum(plain.values())
    assert said["processes described"] == f"{len(plain)}" == "8"
    assert said["cases that ran as designed"] == f"{whole:,} of {whole:,} (100.0%)"
    for key, flow in flows().items():
        n = telling.told(plain[key])
        assert said[f"{flow.name}: as designed"].startswith(f"{n} of {n}"), key
