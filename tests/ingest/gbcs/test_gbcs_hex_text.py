"""Finding messages in hexadecimal text."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_laws import MANY
from tests.ingest.gbcs.gbcs_messages import EVERY
from twin.ingest.gbcs import hex_text
from twin.ingest.gbcs.hex_text import messages_in
from twin.ingest.gbcs.refusals import Cause, Unreadable

MESSAGES = tuple(octets for octets, _ in EVERY.values())
PRE_COMMAND = b.signing(b.COMMAND, 0x0013, b.NULL, signature=None)
HEX = [octets.hex() for octets in MESSAGES]


@pytest.mark.parametrize("between", ["\n", "\r\n", "\r", "\n\n", "\n \t\n\n", "", " ", ",", ";\n"])
def test_messages_are_found_however_they_are_parted(between):
    assert messages_in(between.join(HEX)) == MESSAGES


@pytest.mark.parametrize(
    "written",
    [
        str.upper,
        str.lower,
        lambda text: f"0x{text}",
        lambda text: f"0X{text.upper()}",
        lambda text: " ".join(text[at : at + 2] for at in range(0, len(text), 2)),
        lambda text: ", ".join(f"0x{text[at : at + 2]}" for at in range(0, len(text), 2)),
        lambda text: ":".join(text[at : at + 2] for at in range(0, len(text), 2)),
        lambda text: f"\ufeff{text}\r\n",
    ],
)
def test_digits_may_be_written_in_many_ways(written):
    for octets in MESSAGES[:5]:
        assert messages_in(written(octets.hex())) == (octets,)


@MANY
@given(wrap=st.integers(1, 90), seed=st.integers(0, 1000))
def test_long_messages_may_be_wrapped_anywhere(wrap, seed):
    some = Random(seed).sample(range(len(MESSAGES)), 3)
    text = "".join(HEX[place] for place in some)
    lines = "\n".join(text[at : at + wrap] for at in range(0, len(text), wrap))
    assert messages_in(lines) == tuple(MESSAGES[place] for place in some)


def test_a_pre_command_ends_where_the_next_message_begins():
    text = (PRE_COMMAND + MESSAGES[0] + PRE_COMMAND + PRE_COMMAND).hex()
    assert messages_in(text) == (PRE_COMMAND, MESSAGES[0], PRE_COMMAND, PRE_COMMAND)


def test_a_bad_line_costs_that_line():
    lines = [HEX[0], HEX[1][:-1], HEX[2], "here is no message", HEX[3][:-2], HEX[4]]
    found = messages_in("\n".join(lines))
    causes = [one.cause if isinstance(one, Unreadable) else one for one in found]
    assert causes == [
        MESSAGES[0],
        Cause.ODD_DIGITS,
        MESSAGES[2],
        Cause.NOT_HEXADECIMAL,
        MESSAGES[3][:-1],
        MESSAGES[4],
    ]


@pytest.mark.parametrize(
    ("text", "cause"),
    [("DD0", Cause.ODD_DIGITS), ("DDxx", Cause.NOT_HEXADECIMAL), ("1e ⅷ", Cause.NOT_HEXADECIMAL)],
)
def test_text_that_is_no_hexadecimal_is_refused_by_name(text, cause):
    (found,) = messages_in(text)
    assert isinstance(found, Unreadable)
    assert found.cause is cause
    assert not set(text) & set("xⅷ") & set(found.why.replace("hexadecimal", ""))


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\t\n", "\ufeff"])
def test_text_without_digits_holds_no_message(text):
    assert messages_in(text) == ()


def test_a_text_beyond_the_limit_is_refused_unread(monkeypatch):
    monkeypatch.setattr(hex_text, "TEXT_MAX", 100)
    (found,) = messages_in("D" * 101)
    assert isinstance(found, Unreadable)
    assert found.cause is Cause.TOO_LARGE


@MANY
@given(text=st.text(max_size=300))
def test_any_text_gives_octets_or_refusals(text):
    for found in messages_in(text):
        assert isinstance(found, bytes | Unreadable)


@MANY
@given(text=st.text(alphabet="0123456789abcdefDF xX\n\r,", max_size=400))
def test_no_digit_is_lost(text):
    found = messages_in(text)
    if all(isinstance(one, bytes) for one in found):
        digits = text.replace("0x", "").replace("0X", "")
        kept = "".join(one.hex() for one in found)
        assert len(kept) >= sum(character in "123456789abcdefDF" for character in digits)


@pytest.mark.parametrize("text", ["z\n\n" * 5, "DD00\n" * 5, "\n \n" * 5])
def test_a_text_of_more_pieces_than_messages_fit_is_refused_as_a_whole(monkeypatch, text):
    """Sixteen megabytes of blank lines would else be millions of refusals."""
    monkeypatch.setattr(hex_text, "PIECES_MAX", 4)
    (refused,) = messages_in(text)
    assert isinstance(refused, Unreadable)
    assert refused.cause is Cause.TOO_LARGE
    monkeypatch.setattr(hex_text, "PIECES_MAX", 10)
    assert all(one != refused for one in messages_in(text))
