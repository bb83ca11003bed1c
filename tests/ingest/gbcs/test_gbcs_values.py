"""Values in DLMS and DER: what is written is read, and each as its own kind."""

from datetime import UTC, datetime, timedelta
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_laws import MANY
from twin.ingest.gbcs import der
from twin.ingest.gbcs.dlms import value_of
from twin.ingest.gbcs.moments import dlms_moment, generalized_moment, zigbee_moment
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import BitString
from twin.ingest.gbcs.refusals import OctetFault, OtherShape

NUMBERS = [
    (5, "i"), (6, "I"), (13, "B"), (15, "b"), (16, "h"), (17, "B"), (18, "H"), (20, "q"),
    (21, "Q"), (22, "B"), (23, "f"), (24, "d"),
]  # fmt: skip
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(1, 3 * 10**9).map(lambda seconds: EPOCH + timedelta(seconds=seconds))


def plain(value: object) -> object:
    """A value with its strings taken up."""
    if isinstance(value, Octets):
        return value.octets[value.at : value.end]
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


def written(value: object) -> bytes:
    """A plain oracle: the value in A-XDR."""
    match value:
        case None:
            return b"\x00"
        case bool():
            return b.boolean(value)
        case int():
            return b"\x14" + pack(">q", value)
        case bytes():
            return b.string(value)
        case BitString(length, bits):
            count = (length + 7) // 8
            return b"\x04" + b.length(length) + (bits << (count * 8 - length)).to_bytes(count)
        case tuple():
            return b.structure(*map(written, value))
    raise AssertionError(value)


BITS = st.integers(0, 70).flatmap(
    lambda length: st.builds(BitString, st.just(length), st.integers(0, 2**length - 1))
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=300) | BITS,
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=20,
)


@MANY
@given(value=VALUES)
def test_a_value_is_read_as_it_was_written(value):
    octets = Octets(written(value))
    assert plain(value_of(octets)) == value
    assert not len(octets)


@MANY
@given(value=VALUES.filter(lambda value: value is not None))
def test_a_value_cut_anywhere_is_refused(value):
    octets = written(value)
    for upto in range(len(octets)):
        with pytest.raises(OctetFault):
            value_of(Octets(octets[:upto]))


@pytest.mark.parametrize(("tag", "form"), NUMBERS)
def test_every_number_has_its_size_and_sign(tag, form):
    size = len(pack(f">{form}", 0))
    octets = Octets(bytes((tag,)) + b"\xc0" + bytes(size - 1) + b"\x55")
    expected = pack(">B", 0xC0) + bytes(size - 1)
    assert pack(f">{form}", value_of(octets)) == expected
    assert octets.octet() == 0x55


@pytest.mark.parametrize("tag", [7, 8, 11, 14, 28, 0x7F, 0xFF])
def test_a_kind_that_gbcs_does_not_use_is_of_another_shape(tag):
    with pytest.raises(OtherShape):
        value_of(Octets(bytes((tag,)) + bytes(20)))


ROWS = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=9), st.booleans()))


@MANY
@given(rows=ROWS)
def test_a_compact_array_is_read_as_it_was_written(rows):
    contents = b"".join(
        pack(">I", number) + b.sized(octets) + bytes((flag,)) for number, octets, flag in rows
    )
    octets = Octets(b"\x13\x02\x03\x06\x09\x03" + b.sized(contents) + b"\x55")
    assert plain(value_of(octets)) == tuple(rows)
    assert octets.octet() == 0x55


def test_a_compact_array_may_hold_arrays_of_a_fixed_count():
    octets = Octets(b"\x13\x01\x00\x02\x11" + b.sized(bytes((1, 2, 3, 4))))
    assert value_of(octets) == ((1, 2), (3, 4))


@pytest.mark.parametrize(
    "described",
    [b"\x00", b"\x02\x00", b"\x01\x00\x00\x11", b"\x02\x02\x11\x00", b"\x13\x11", b"\x07"],
)
def test_a_compact_array_of_nothing_is_of_another_shape(described):
    with pytest.raises(OtherShape):
        value_of(Octets(b"\x13" + described + b.sized(bytes(8))))


@pytest.mark.parametrize(
    "octets",
    [b"\x13\x12" + b.sized(bytes(3)), b"\x13\x12\x04\x00", b"\x13" + b"\x02\x01" * 20 + b"\x11"],
)
def test_a_compact_array_that_contradicts_itself_is_refused(octets):
    with pytest.raises(OctetFault):
        value_of(Octets(octets))


@MANY
@given(value=st.integers(-(2**64), 2**64))
def test_an_integer_is_read_as_it_was_written(value):
    assert der.integer(Octets(b.integer(value))) == value


@pytest.mark.parametrize("octets", [b"\x02\x00", b"\x02\x0a" + bytes(10), b"\x04\x01\x00"])
def test_an_integer_of_no_or_too_many_octets_is_of_another_shape(octets):
    with pytest.raises(OtherShape):
        der.integer(Octets(octets))


@MANY
@given(moment=MOMENTS)
def test_a_moment_is_the_same_in_all_three_forms(moment):
    seconds = (moment - EPOCH) // timedelta(seconds=1)
    assert dlms_moment(b.cosem_moment(moment)) == moment
    assert zigbee_moment(seconds) == moment
    assert generalized_moment(moment.strftime("%Y%m%d%H%M%SZ").encode()) == moment


def test_the_moment_that_never_comes_is_none():
    assert generalized_moment(b.NEVER.encode()) is None
    assert dlms_moment(b"\xff" * 9 + b"\x80\x00\xff") is None
    assert dlms_moment(bytes(9) + b"\x80\x00\xff") is None


@pytest.mark.parametrize(
    "text",
    ["", "Z", "20170904123015", "20170904123015+", "2017090412301Z", "20170904123060Z",
     "20170931123015Z", "00000904123015Z", "2017 904123015Z", "２０１７0904123015Z"],
)  # fmt: skip
def test_a_generalized_time_of_another_form_is_refused(text):
    with pytest.raises(OctetFault):
        generalized_moment(text.encode())


@MANY
@given(octets=st.binary(min_size=12, max_size=12))
def test_any_twelve_octets_are_a_moment_or_refused(octets):
    try:
        found = dlms_moment(octets)
    except OctetFault:
        return
    assert found is None or found.tzinfo is UTC
