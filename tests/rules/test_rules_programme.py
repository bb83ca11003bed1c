"""The programme's dates and duties, identifiers, secrecy and replay (sections 1 to 3)."""

import re
from datetime import date, timedelta
from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from tests.rules.answers import rule_of
from tests.rules.sources import source_file, table
from tests.state.histories import LAWS
from twin.events.registry import ALL_TYPES
from twin.rules.identity import (
    check_active_hubs,
    check_eui64,
    check_known_device,
    check_mpan,
    check_mprn,
)
from twin.rules.programme import (
    PLANNED,
    Standing,
    check_answer,
    check_coverage,
    check_milestone_order,
    check_recommendation,
    milestone_standing,
)
from twin.rules.refusal import GRANTED, Refusal
from twin.rules.replay import check_replay, missing_numbers
from twin.rules.secrecy import check_free_text, fields_open_to_a_secret
from twin.vocabulary import Addressee, Milestone, SecObjective

DAY = timedelta(days=1)
WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


def with_check_digit(core: str) -> str:
    """A made-up number of an MPAN's shape with its check digit."""
    total = sum(w * int(d) for w, d in zip(WEIGHTS, core, strict=True))
    return core + str(total % 11 % 10)


@pytest.mark.rule("BR42")
@pytest.mark.parametrize("milestone", Milestone)
def test_a_milestone_on_and_after_its_day(milestone: Milestone) -> None:
    planned = PLANNED[milestone]
    later = date(2030, 1, 1)
    if planned is None:
        assert milestone_standing(milestone=milestone, reached=None, on=later) is Standing.UNDATED
        assert milestone_standing(milestone=milestone, reached=later, on=later) is Standing.MET
        return
    seen = [
        milestone_standing(milestone=milestone, reached=reached, on=on)
        for reached, on in (
            (None, planned),
            (None, planned + DAY),
            (planned, later),
            (planned + DAY, later),
            (later + DAY, planned),
        )
    ]
    assert seen == [Standing.OPEN, Standing.SLIPPED, Standing.MET, Standing.LATE, Standing.OPEN]


@pytest.mark.rule("BR42")
def test_dates_are_those_of_the_source() -> None:
    seed = source_file("seed.md").read_text("utf-8")
    for words in ("mid-2016", "From mid-2017", "second half of 2017", "by the end of 2020"):
        assert words in seed
    rows = {row["id"]: row["seed_date"] for row in table("milestones.csv")}
    assert [rows[i] for i in ("M03", "M05", "M06", "M10")] == [
        "2016 mid",
        "2017 mid",
        "2017 H2",
        "2020 end",
    ]
    assert PLANNED[Milestone.LEGAL_TEXT] == date(2016, 7, 1)
    assert PLANNED[Milestone.NEW_INSTALLATIONS_CAPABLE] == date(2017, 7, 1)
    assert PLANNED[Milestone.LOCAL_PAIRING_AVAILABLE] == date(2017, 12, 31)
    assert PLANNED[Milestone.ALL_PREMISES] == date(2020, 12, 31)
    assert rows["M13"] == "no date given"
    assert PLANNED[Milestone.ALL_INSTALLED_UPGRADED] is None


@pytest.mark.rule("BR42")
def test_local_pairing_comes_after_dcc_live() -> None:
    live = date(2016, 11, 8)
    assert check_milestone_order(dcc_live=live, local_pairing=live + DAY) == GRANTED
    for dcc_live in (None, live + 2 * DAY):
        answer = check_milestone_order(dcc_live=dcc_live, local_pairing=live + DAY)
        assert rule_of(answer) == "BR42"


@pytest.mark.rule("BR40")
def test_a_recommendation_names_an_objective_and_goes_to_both() -> None:
    both = tuple(Addressee)
    for size in range(3):
        for addressees in combinations(both, size):
            for objective in (SecObjective.C, None):
                answer = check_recommendation(objective=objective, addressees=addressees)
                right = objective is not None and size == 2
                assert rule_of(answer) == (None if right else "BR40")


@pytest.mark.rule("BR40")
@LAWS
@given(st.integers(-9, 9) | st.none(), st.integers(-9, 9))
def test_a_party_answers_by_the_due_day(answered: int | None, on: int) -> None:
    due = date(2018, 5, 1)
    answer = check_answer(
        due=due, answered=None if answered is None else due + answered * DAY, on=due + on * DAY
    )
    known = answered if answered is not None and answered <= on else None
    late = on > 0 if known is None else known > 0
    assert rule_of(answer) == ("BR40" if late else None)


@pytest.mark.rule("BR39")
@pytest.mark.parametrize("premises", [1_000, 1_000_000])
def test_coverage_within_three_standard_errors(premises: int) -> None:
    middle = {"ghz_2_4": round(0.7 * premises), "either": round(0.965 * premises)}
    assert check_coverage(premises=premises, **middle) == GRANTED
    for name, share in (("ghz_2_4", 0.7), ("either", 0.965)):
        three = 3 * sqrt(premises * share * (1 - share))
        for sign in (1, -1):
            near = {**middle, name: round(share * premises + sign * (three - 1))}
            far = {**middle, name: round(share * premises + sign * (three + 1))}
            assert check_coverage(premises=premises, **near) == GRANTED
            assert rule_of(check_coverage(premises=premises, **far)) == "BR39"


@pytest.mark.rule("BR39")
def test_more_bands_than_premises_is_no_coverage() -> None:
    assert rule_of(check_coverage(premises=10, ghz_2_4=10, either=9)) == "BR39"
    assert rule_of(check_coverage(premises=10, ghz_2_4=7, either=11)) == "BR39"


@pytest.mark.rule("BR43")
@LAWS
@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_an_mpan_has_thirteen_digits_and_its_check_digit(core: str, place: int, by: int) -> None:
    mpan = with_check_digit(core)
    assert check_mpan(mpan=mpan) == GRANTED
    for wrong in (mpan[:12], mpan + "0", mpan[:12] + "x", f"{mpan}\n", ""):
        assert rule_of(check_mpan(mpan=wrong)) == "BR43"
    assert rule_of(check_mpan(mpan=mpan[:12] + str((int(mpan[12]) + by) % 10))) == "BR43"
    changed = core[:place] + str((int(core[place]) + by) % 10) + core[place + 1 :]
    if with_check_digit(changed)[12] != mpan[12]:
        answer = check_mpan(mpan=changed + mpan[12])
        assert isinstance(answer, Refusal)
        assert changed not in answer.why


@pytest.mark.rule("BR43")
@pytest.mark.parametrize(
    ("mprn", "legal"),
    [("1", True), ("1234567890", True), ("12345678901", False), ("", False), ("12a", False)],
)
def test_an_mprn_has_up_to_ten_digits(mprn: str, legal: bool) -> None:
    assert rule_of(check_mprn(mprn=mprn)) == (None if legal else "BR43")


@pytest.mark.rule("BR43")
@pytest.mark.parametrize(
    ("device_id", "legal"),
    [
        ("00-DB-12-34-56-78-90-A0", True),
        ("00DB1234567890A0", True),
        ("00-DB-12-34-56-78-90", False),
        ("00-db-12-34-56-78-90-a0", False),
        ("00-DB-12-34-56-78-90-A0\n", False),
        ("00DB1234567890AG", False),
    ],
)
def test_a_device_id_has_sixteen_hex_digits(device_id: str, legal: bool) -> None:
    assert rule_of(check_eui64(device_id=device_id)) == (None if legal else "BR43")


@pytest.mark.rule("BR43")
def test_one_hub_is_active_and_devices_are_known() -> None:
    assert check_active_hubs(hubs=()) == check_active_hubs(hubs=("A", "A")) == GRANTED
    assert rule_of(check_active_hubs(hubs=("A", "B"))) == "BR43"
    assert check_known_device(device_id="A", installed={"A"}) == GRANTED
    assert rule_of(check_known_device(device_id="B", installed={"A"})) == "BR43"


@pytest.mark.rule("BR03", "BR10")
@pytest.mark.parametrize("event_type", sorted(ALL_TYPES))
def test_no_event_has_room_for_a_secret(event_type: str) -> None:
    assert fields_open_to_a_secret(fact=ALL_TYPES[event_type]) == ()


class Leaky(Struct):
    """Fields of every kind that could hold a secret, and two that could not."""

    note: str
    maybe: str | None
    many: tuple[str, ...]
    raw: bytes
    number: int
    flag: bool


@pytest.mark.rule("BR03", "BR10")
def test_the_search_for_room_can_find() -> None:
    assert fields_open_to_a_secret(fact=Leaky) == ("note", "maybe", "many", "raw")


@pytest.mark.rule("BR03", "BR43")
@LAWS
@given(st.text("0123456789 -ab", max_size=40))
def test_runs_of_thirteen_digits_are_refused_in_free_text(text: str) -> None:
    runs = re.findall(r"[0-9]+", re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text))
    answer = check_free_text(text=text)
    assert isinstance(answer, Refusal) is any(len(run) == 13 for run in runs)


@pytest.mark.rule("BR03", "BR43")
def test_a_number_like_an_mpan_is_refused_and_not_quoted() -> None:
    answer = check_free_text(text="call about 12 0000 0000 007, top floor")
    assert rule_of(answer) == "BR43"
    assert "0000" not in str(answer)
    assert check_free_text(text="44 digits were typed on 2017-07-01") == GRANTED


@pytest.mark.rule("BR41")
@LAWS
@given(st.sets(st.integers(1, 60)))
def test_missing_numbers_are_reported(numbers: set[int]) -> None:
    missing = missing_numbers(numbers=numbers)
    assert set(missing) | numbers == set(range(1, max(numbers, default=0) + 1))
    assert not set(missing) & numbers


@pytest.mark.rule("BR41")
def test_another_state_or_an_event_twice_is_no_replay() -> None:
    assert check_replay(digest="a", digest_again="a", event_ids=["1", "2"]) == GRANTED
    assert rule_of(check_replay(digest="a", digest_again="b", event_ids=[])) == "BR41"
    assert rule_of(check_replay(digest="a", digest_again="a", event_ids=["1", "1"])) == "BR41"
