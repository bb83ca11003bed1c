"""Plans that other engines are given, and refuse or do not (rollout, sections 7 and 8)."""

import re
from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import NEW, ToyField, all_confirm, device_id
from tests.campaign.campaign_samples import MODEL, PLAN, S, command, rest_wave, wave
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_plan import GOOD, good_with, line_in_good
from twin.campaign.commands import decode_command, encode_command
from twin.campaign.gates import GATE_FORM
from twin.campaign.plan import read_plan
from twin.campaign.plan_checks import WAVES_MAX, mistakes_in
from twin.events.firmware import FirmwareVersionRead
from twin.events.programme import PlanRefused
from twin.vocabulary import DeviceType, Exclusion

NOBODYS = "9999-00000000"


def refused(text: str) -> list[str]:
    found = read_plan(text)
    assert isinstance(found, tuple)
    return [mistake.sentence for mistake in found]


@pytest.mark.peer_fault("PF-hawkbit-05")
@pytest.mark.parametrize("share", ["0", "0.0", "-0.02", "1e-9", "1.02", "100", "nan", '"2 %"'])
def test_a_share_that_is_none_is_refused_on_its_line(share: str):
    mistake, *_ = good_with("share = 0.02", f"share = {share}")
    assert mistake.line == line_in_good("share = 0.02")
    assert mistake.sentence.startswith("share must be a share above 0 and at most 1")


def many_waves(number: int) -> dict[str, object]:
    waves = [wave(f"w{nth}", 0.001) for nth in range(number - 1)]
    plan = replace(PLAN, waves=(*waves, rest_wave("rest")))
    found: dict[str, object] = msgspec.to_builtins(plan, builtin_types=(date,))
    return found


@pytest.mark.peer_fault("PF-hawkbit-06")
def test_one_wave_more_than_a_plan_may_have_is_refused():
    assert mistakes_in(many_waves(WAVES_MAX)) == []
    ((path, sentence),) = mistakes_in(many_waves(WAVES_MAX + 1))
    assert path == ("waves",)
    assert sentence.startswith("waves must be 1 to 999 tables")


@pytest.mark.peer_fault("PF-hawkbit-08")
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("regions", '["Nroth"]'),
        ("regions", '["North", "North"]'),
        ("regions", '"North"'),
        ("suppliers", '["S1"]'),
        ("suppliers", '["S01", 2]'),
        ("suppliers", '["name==S01"]'),
        ("models", '["1234"]'),
        ("hub_variants", '["triple_band"]'),
    ],
)
def test_a_selection_that_names_what_is_none_is_refused(key: str, value: str):
    line = next(row for row in GOOD.splitlines() if row.startswith(f"{key} = "))
    mistake, *_ = good_with(line, f"{key} = {value}")
    assert mistake.line == line_in_good(line)
    assert mistake.sentence.startswith(f"{key} must be a list of ")


@pytest.mark.peer_fault("PF-hawkbit-18")
@pytest.mark.parametrize(
    ("priority", "legal"),
    [("-1001", False), ("-1000", True), ("1000", True), ("1001", False), ("0.5", False),
     ("true", False), ('"high"', False)],
)  # fmt: skip
def test_a_priority_lies_in_its_range(priority: str, legal: bool):
    found = read_plan(GOOD.replace("priority = 5", f"priority = {priority}"))
    assert isinstance(found, tuple) is not legal
    if isinstance(found, tuple):
        (mistake,) = found
        assert mistake.line == line_in_good("priority")
        assert mistake.sentence.startswith("priority must be a whole number from -1,000 to 1,000")


@pytest.mark.peer_fault("PF-aws-06")
@pytest.mark.parametrize("key", ["follow_up_days", "read_after_days"])
@pytest.mark.parametrize("days", ["0", "-1", "367", "1e9", "inf"])
def test_the_time_that_a_device_is_given_lies_in_its_range(key: str, days: str):
    line = next(row for row in GOOD.splitlines() if row.startswith(f"{key} = "))
    mistake, *_ = good_with(line, f"{key} = {days}")
    assert mistake.line == line_in_good(line)
    assert mistake.sentence.startswith(f"{key} must be a whole number from 1 to 366")


@pytest.mark.peer_fault("PF-hawkbit-48")
@pytest.mark.parametrize("key", sorted(GATE_FORM))
def test_no_gate_is_without_its_conditions(key: str):
    """Neither for errors nor for success: a gate that leaves one out would never close."""
    without = re.sub(rf"^{key} = .*\n", "", GOOD, flags=re.MULTILINE)
    assert without != GOOD
    assert refused(without) == [f"{key} is missing."]


@pytest.mark.peer_fault("PF-hawkbit-48")
def test_no_plan_is_without_a_gate():
    without = re.sub(r"^\[gate\]\n(?:[^\[\n].*\n)*", "", GOOD, flags=re.MULTILINE)
    assert refused(without) == ["gate is missing."]


FISHY = ("../LCP", "LCP/HUBS", "LCP HUBS", "LCP%2FHUBS", "lcp-hubs", ".", "L", "-LCP",
         "LCP-\u0041\u0300", "LCP\u200b-HUBS", "\uff2c\uff23\uff30", "L" * 32)  # fmt: skip


@pytest.mark.peer_fault("PF-tuf-09")
@pytest.mark.parametrize("name", FISHY, ids=ascii)
def test_a_name_that_is_a_path_or_cannot_be_seen_is_refused(name: str):
    """In a plan, and in a command of a client that has no plan."""
    mistake, *_ = good_with('campaign_id = "LCP-ALL"', f'campaign_id = "{name}"')
    assert mistake.line == line_in_good("campaign_id")
    asked = encode_command(command("hold", campaign_id=name))
    with pytest.raises(msgspec.ValidationError):
        decode_command(asked)


def known_to_run_it(field: ToyField) -> None:
    """Every hub was read to run the new version."""
    for nth, name in enumerate(list(field.premises)):
        hub = device_id(nth, DeviceType.CHF)
        read = FirmwareVersionRead(
            hub, DeviceType.CHF, NEW, True, "00000000-0000-0000-0000-000000000001"
        )
        field.apply(name, read, PLAN.submitted_at)


@pytest.mark.peer_fault("PF-hawkbit-09", "PF-mender-06", "PF-goosebit-04")
@pytest.mark.peer_fault("PF-hawkbit-52", "PF-goosebit-06")
@pytest.mark.parametrize(
    ("model", "prepare", "reason"),
    [
        pytest.param(NOBODYS, lambda _: None, Exclusion.NO_CAPABLE_VERSION, id="no_firmware"),
        pytest.param(MODEL, known_to_run_it, Exclusion.ALREADY_CAPABLE, id="has_it_already"),
    ],
)
def test_a_plan_with_nothing_to_do_is_refused_and_every_device_has_its_reason(
    model: str, prepare: Callable[[ToyField], None], reason: Exclusion
):
    """It is not finished at once, which would look like success."""
    field = ToyField(30, all_confirm, model=lambda _: model)
    prepare(field)
    run = Run((PLAN,), field)
    run.until(S.DRAFT)
    assert [fact.checks for fact in run.of(PlanRefused)] == [("no_members",)]
    assert run.counts(PLAN.campaign_id).excluded() == {reason: 30}
    run.go_on(20)
    assert field.asked == {}
