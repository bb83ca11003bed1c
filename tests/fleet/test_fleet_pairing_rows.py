"""The rows of pairing: each with its source, and wrong ones refused by name."""

import re

import pytest

from twin.fleet.numbers.assumptions import shipped, shipped_text
from twin.fleet.numbers.pairing_rows import (
    RANKS,
    TOP,
    PairingRows,
    load_pairing_rows,
    shipped_pairing,
    shipped_pairing_text,
)
from twin.fleet.numbers.rows import BadAssumption, assumption_rows
from twin.vocabulary import JoinResponse


def with_value(name: str, value: str) -> str:
    head, row = shipped_pairing_text().split(f"[{name}]\n", 1)
    return f"{head}[{name}]\n" + re.sub(
        r"^value = .*$", f"value = {value}", row, count=1, flags=re.M
    )


def test_every_row_has_its_source_and_no_name_twice():
    rows = assumption_rows(text=shipped_pairing_text())
    assert set(rows) == set(PairingRows.__struct_fields__)
    assert all(row.source and row.unit for row in rows.values())
    assert not set(rows) & set(assumption_rows(text=shipped_text()))


def test_the_ranks_of_pins_add_up_to_the_published_classes():
    """DataGenetics: 10.713 % for the likeliest PIN, 18.610 % for three, 26.832 % for twenty."""
    upto = shipped_pairing().pin_rank_share.upto
    assert upto[0] == pytest.approx(0.10713)
    assert upto[2] == pytest.approx(0.18610)
    assert upto[4] == pytest.approx(0.20552)
    assert upto[TOP - 1] == pytest.approx(0.26832)
    classes = shipped().pin_class_share.upto
    assert classes[:2] == (pytest.approx(upto[0]), pytest.approx(upto[TOP - 1]))
    shares = [later - before for before, later in zip((0.0, *upto), upto, strict=False)]
    assert shares[:TOP] == sorted(shares[:TOP], reverse=True)
    assert len(RANKS) == TOP + 1


def test_every_response_code_but_success_and_a_full_log_comes_by_chance():
    keys = shipped_pairing().join_response_share.keys
    assert len(keys) == len(JoinResponse) - 2 == 12


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("pairing_mode_window", "3601", "BR20"),
        ("remote_window", "0", "BR20"),
        ("many_cads", "21", "1 to 20"),
        ("remote_role_share", "{ IS = 0.5, ED = 0.5 }", "GS is missing"),
        ("intruder_rate", "-1", "negative"),
    ],
)
def test_a_wrong_row_is_named(name, value, why):
    with pytest.raises(BadAssumption, match=f"row {name}: .*{why}"):
        load_pairing_rows(text=with_value(name, value))
