"""Numbers, shares and dates in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import words


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1234, "1,234"),
        (9999, "9,999"),
        (10_049, "10,000"),
        (10_050, "10,100"),
        (-10_050, "−10,100"),
        (999_949, "999,900"),
        (999_950, "1.00 million"),
        (3_541_000, "3.54 million"),
        (-1234, "−1,234"),
    ],
)
def test_numbers_in_sentences(number, text):
    assert words.prose(number) == text


@given(st.integers(-(10**9), 10**9))
def test_an_exact_count_reads_back_and_never_holds_a_hyphen(number):
    text = words.count(number)
    assert "-" not in text
    assert int(text.replace(",", "").replace(words.MINUS, "-")) == number


@given(st.integers(10_000, 999_949))
def test_rounding_moves_a_number_by_at_most_fifty(number):
    assert abs(int(words.prose(number).replace(",", "")) - number) <= 50


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_share_has_one_decimal_or_says_that_there_is_none(part, whole):
    text = words.share(part, whole)
    if whole == 0:
        assert text == "not available"
    else:
        assert abs(float(text.removesuffix("%")) - 100 * part / whole) <= 0.0501


@pytest.mark.parametrize(
    ("actual", "planned", "text"),
    [
        (100, 100.4, "on plan"),
        (126, 100.0, "26 ahead of plan"),
        (0, 12_345.0, "12,300 behind plan"),
    ],
)
def test_the_difference_from_the_plan_says_its_direction(actual, planned, text):
    assert words.against_plan(actual, planned) == text


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (timedelta(seconds=-5), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=2, hours=5), "2 days"),
    ],
)
def test_an_age_has_one_unit(of, text):
    assert words.age(of) == text


def test_dates_read_as_in_britain():
    assert words.day(date(2017, 11, 3)) == "3 November 2017"
    assert words.short_day(date(2017, 11, 30)) == "30 Nov 2017"
    at = datetime(2017, 11, 30, 6, 5, tzinfo=UTC)
    assert words.moment(at) == "30 November 2017, 06:05 UTC"


def test_a_stored_sentence_is_shown_with_its_days_in_words():
    assert words.with_days("No meter before 2017-07-01.") == "No meter before 1 July 2017."
    assert words.with_days("of 2017-13-01, 12017-07-011") == "of 2017-13-01, 12017-07-011"


def test_premises_is_singular_and_plural():
    assert (words.premises(1), words.premises(2)) == ("1 premises", "2 premises")
    assert (words.things(1, "hub"), words.things(0, "hub")) == ("1 hub", "0 hubs")
    assert words.exactly(302_188, "record") == "302,188 records" != words.things(302_188, "record")
    assert words.exactly(1, "record") == "1 record"


def test_words_of_the_contract_read_as_words():
    assert words.sentence("no_image_held") == "no image held"
    assert words.sentence("ghz_2_4") == "2.4 GHz"
    assert words.sentence("no_cbke_response") == "no CBKE response"
    assert words.sentence("cad_choice") == "CAD choice"
    assert words.capital("no CBKE response") == "No CBKE response"
    assert words.capital("") == ""


def test_lists_read_as_sentences():
    found = [words.listed(list("abc"[:n])) for n in range(4)]
    assert found == ["", "a", "a and b", "a, b and c"]


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_an_amount_has_a_decimal_where_it_needs_one_and_a_true_minus(number):
    text = words.amount(number)
    assert "-" not in text
    back = float(text.replace(",", "").replace(words.MINUS, "-"))
    assert abs(back - number) <= 0.05 + 1e-6
    assert not (number == round(number) and "." in text)


def test_amounts_read_as_in_tables():
    told = [words.amount(number) for number in (73.0, -14_778.0, 37.14, 0.0, -0.04)]
    assert told == ["73", f"{words.MINUS}14,778", "37.1", "0", "0.0"]
    assert words.signed(-1_200.44) == f"{words.MINUS}1,200.4"
