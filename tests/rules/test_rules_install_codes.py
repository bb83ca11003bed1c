"""Install codes against published vectors (fact sheet sections 2.1 and 11b, vectors 1 to 3)."""

import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.sources import source_file
from tests.state.histories import LAWS
from twin.rules.install_codes import (
    DIGITS,
    CodeRefusal,
    check_code_bytes,
    check_install_code,
    crc16_x25,
    lengths_accepted,
    typed_form,
)
from twin.vocabulary import CodeFault

VECTORS = (
    ("83FED3407A93", 0x702B, "09511271736940899184"),
    ("83FED3407A939723", 0xFC97, "0623330704552160575854588"),
    ("1122334455667788", 0xF74A, "0080911113678783024483063"),
    ("83FED3407A939723A5C639FF", 0x124C, "2677184990644167999451144919141394"),
    (
        "83FED3407A939723A5C639B26916D505",
        0xB5C3,
        "11498421980158767530772413355827185014129589",
    ),
)
"""Code, check (zigbee-herdsman, zigpy, ZigBee specification sample) and ASSUMED typed form."""
TYPED = tuple(typed for _, _, typed in VECTORS)
FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + n) for n in range(10)))
CODES = st.sampled_from([6, 8, 12, 16]).flatmap(
    lambda size: st.binary(min_size=size, max_size=size)
)


def fault(digits: str) -> CodeFault | None:
    """The failing check of a code, or None where it is accepted."""
    answer = check_install_code(digits=digits)
    return answer.fault if isinstance(answer, CodeRefusal) else None


@pytest.mark.rule("BR01")
def test_the_check_is_crc_16_x_25() -> None:
    assert crc16_x25(code=b"123456789") == 0x906E


@pytest.mark.rule("BR01", "BR02")
@pytest.mark.parametrize(("code", "check", "typed"), VECTORS)
def test_vectors(code: str, check: int, typed: str) -> None:
    raw = bytes.fromhex(code)
    assert crc16_x25(code=raw) == check
    assert typed_form(code=raw) == typed
    assert check_install_code(digits=typed) == len(raw)
    assert int(typed).to_bytes(len(raw) + 2, "big") == raw + check.to_bytes(2, "little")


@pytest.mark.rule("BR01")
def test_vectors_of_the_fact_tables() -> None:
    vectors = json.loads(source_file("data", "install_code_vectors.json").read_text("utf-8"))
    assert len(vectors) == 8
    for vector in vectors:
        expected = None if vector["ok"] else CodeFault(vector["reason"])
        assert fault(vector["digits"]) == expected, vector["id"]


@pytest.mark.rule("BR01")
def test_published_negatives() -> None:
    bad_check = int("1122334455667788FFFF", 16)
    assert fault(f"{bad_check:025d}") is CodeFault.CRC
    assert fault("") is CodeFault.LENGTH
    assert fault("00004386") is CodeFault.LENGTH


@pytest.mark.rule("BR01", "BR02")
@pytest.mark.parametrize("length", range(61))
def test_only_four_lengths_are_looked_at_further(length: int) -> None:
    refused_by_length = fault("0" * length) is CodeFault.LENGTH
    assert refused_by_length is (length not in {20, 25, 34, 44})


@pytest.mark.rule("BR01")
@pytest.mark.parametrize(("bits", "width"), [(64, 20), (80, 25), (112, 34), (144, 44)])
def test_numbers_at_the_end_of_the_range(bits: int, width: int) -> None:
    assert len(str(2**bits - 1)) == len(str(2**bits)) == width
    assert fault(str(2**bits - 1)) is not CodeFault.RANGE
    for above in (0, 1, 12_345):
        assert fault(str(2**bits + above)) is CodeFault.RANGE
    assert fault("9" * width) is CodeFault.RANGE


@pytest.mark.rule("BR01")
@pytest.mark.parametrize("typed", TYPED)
def test_anything_but_ascii_digits_is_refused(typed: str) -> None:
    assert fault(typed.translate(FULL_WIDTH)) is CodeFault.NON_DIGIT
    for strange in ("x", " ", "-", "+", "_", ".", "\n", "\0", "²", "٣", "５", "\u200b"):
        for place in (0, len(typed) // 2, len(typed) - 1):
            changed = typed[:place] + strange + typed[place + 1 :]
            assert fault(changed) is CodeFault.NON_DIGIT, (strange, place)


@pytest.mark.rule("BR01")
@pytest.mark.parametrize("typed", TYPED)
def test_spaces_around_a_code_are_not_forgiven(typed: str) -> None:
    for padded in (f" {typed}", f"{typed} ", f"{typed}\n", typed[:4] + " " + typed[4:]):
        assert fault(padded) is CodeFault.LENGTH


@pytest.mark.rule("BR01")
def test_length_comes_before_digits_before_range_before_check() -> None:
    assert fault("x" * 19) is CodeFault.LENGTH
    assert fault("9" * 19 + "x") is CodeFault.NON_DIGIT
    assert fault("9" * 20) is CodeFault.RANGE
    assert fault("0" * 19 + "1") is CodeFault.CRC


@pytest.mark.rule("BR01", "BR02")
@LAWS
@given(CODES)
def test_every_code_of_a_legal_length_is_accepted_in_its_typed_form(code: bytes) -> None:
    typed = typed_form(code=code)
    assert DIGITS[len(typed)] == check_install_code(digits=typed) == len(code)


@pytest.mark.rule("BR01", "BR03")
@LAWS
@given(st.text(max_size=60) | st.text("0123456789", max_size=60))
def test_any_text_gets_an_answer_that_quotes_nothing_of_it(text: str) -> None:
    answer = check_install_code(digits=text)
    if isinstance(answer, CodeRefusal):
        assert answer.rule == "BR01"
        assert len(text) < 6 or text not in str(answer)
    else:
        assert answer == DIGITS[len(text)]


@pytest.mark.rule("BR02")
def test_the_shorter_codes_are_accepted_as_well_as_the_longest() -> None:
    assert lengths_accepted() == (6, 8, 12, 16)
    assert tuple(sorted(DIGITS.values())) == lengths_accepted()
    assert {len(typed) for typed in TYPED} == set(DIGITS)


@pytest.mark.rule("BR01", "BR02")
@pytest.mark.parametrize("length", range(20))
def test_code_bytes_are_stricter_than_the_request_schema(length: int) -> None:
    refused = isinstance(check_code_bytes(length=length), CodeRefusal)
    assert refused is (length not in {6, 8, 12, 16})


@pytest.mark.rule("BR01")
@pytest.mark.parametrize("length", [0, 5, 7, 17])
def test_a_code_of_another_length_has_no_typed_form(length: int) -> None:
    with pytest.raises(ValueError, match="6, 8, 12 or 16 bytes"):
        typed_form(code=bytes(length))


def substitutions(typed: str) -> Iterator[str]:
    """Every code with one digit wrong."""
    for place, right in enumerate(typed):
        for wrong in "0123456789".replace(right, ""):
            yield typed[:place] + wrong + typed[place + 1 :]


def neighbour_swaps(typed: str) -> Iterator[str]:
    """Every code with two different neighbours exchanged."""
    for place in range(len(typed) - 1):
        if typed[place] != typed[place + 1]:
            yield typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]


@pytest.mark.rule("BR01")
def test_single_digit_errors_and_swaps_in_the_vectors_are_all_noticed() -> None:
    wrong = [changed for typed in TYPED for changed in substitutions(typed)]
    swapped = [changed for typed in TYPED for changed in neighbour_swaps(typed)]
    unnoticed = [sum(fault(changed) is None for changed in some) for some in (wrong, swapped)]
    print(
        f"unnoticed: {unnoticed[0]} of {len(wrong)} digits, {unnoticed[1]} of {len(swapped)} swaps"
    )
    assert len(wrong) == 9 * (20 + 25 + 25 + 34 + 44)
    assert unnoticed[0] <= len(wrong) * 0.0001
    assert unnoticed[1] <= len(swapped) * 0.0001


@pytest.mark.rule("BR01")
def test_single_digit_errors_in_random_codes_are_noticed_as_the_check_promises() -> None:
    """About one in 65,536 passes (fact sheet 2.2: 1.2e-5); four times that would be a fault."""
    luck = random.Random(15_536)
    wrong = 0
    unnoticed = 0
    for _ in range(120):
        code = luck.randbytes(luck.choice((6, 8, 12, 16)))
        for changed in substitutions(typed_form(code=code)):
            wrong += 1
            unnoticed += fault(changed) is None
    assert wrong > 25_000
    assert unnoticed <= wrong * 4 / 65_536
