import re

import pytest

from twin.fleet.numbers.assumptions import (
    Assumptions,
    BadAssumption,
    assumption_rows,
    load_assumptions,
    shipped,
    shipped_text,
)


def with_row(name: str, **parts: str) -> str:
    """The shipped text with parts of one row written otherwise."""
    head, row = shipped_text().split(f"[{name}]\n", 1)
    for part, written in parts.items():
        row = re.sub(rf"^{part} = .*$", f"{part} = {written}", row, count=1, flags=re.MULTILINE)
    return f"{head}[{name}]\n{row}"


def test_shipped_assumptions_hold_every_row_with_its_source():
    rows = assumption_rows(text=shipped_text())
    assert set(rows) == set(Assumptions.__struct_fields__)
    assert all(row.source and row.unit for row in rows.values())
    assert {row.status for row in rows.values()} == {"published", "derived", "assumed"}


def test_published_totals_follow_from_the_shipped_rows():
    rules, rows = shipped(), assumption_rows(text=shipped_text())
    shares = rows["premises_type_share"].value
    narrow = sum(share * rules.ghz_2_4_share.of(kind) for kind, share in shares.items())
    wide = sum(share * rules.any_band_share.of(kind) for kind, share in shares.items())
    assert narrow == pytest.approx(0.700, abs=1e-4)
    assert wide == pytest.approx(0.965, abs=1e-4)
    pins = rows["pin_class_share"].value
    assert pins["top_1"] + pins["top_20"] == pytest.approx(0.26832, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "parts", "why"),
    [
        ("pin_take_up", {"value": "1.2"}, "no share"),
        ("pin_take_up", {"value": "-0.1"}, "negative"),
        ("pin_take_up", {"value": "nan"}, "not a number"),
        ("pin_take_up", {"value": "true"}, "not a number"),
        ("pin_take_up", {"value": '"many"'}, "not a number"),
        ("pin_take_up", {"unit": '"hours"'}, "unit must be 'share'"),
        ("pin_take_up", {"status": '"guessed"'}, "guessed"),
        ("pin_take_up", {"source": '" "'}, "source is empty"),
        ("pin_take_up", {"value": "0.2\nnote = 1"}, "note"),
        ("pin_class_share", {"value": "{ top_1 = 0.1, top_20 = 0.1, other = 0.1 }"}, "add up"),
        ("pin_class_share", {"value": "{ top_1 = 0.5, other = 0.5 }"}, "top_20 is missing"),
        ("code_length_share", {"value": "{ 6 = 0.5, 7 = 0.5, 8 = 0, 12 = 0, 16 = 0 }"}, "7 is unk"),
        ("code_length_share", {"value": "0.5"}, "table of numbers"),
        ("delivery_delay", {"value": "{ CHF = -1, ESME = 1, GSME = 1 }"}, "negative"),
        ("pin_entries_most", {"value": "0"}, "whole number"),
        ("pin_entries_most", {"value": "21"}, "1 to 20"),
        ("pairing_capable_from", {"value": '"mid-2017"'}, "no date"),
        ("pairing_capable_rule", {"value": '"any_version"'}, "newest_current_version"),
        ("install_last_hour", {"value": "7"}, "later"),
        (
            "any_band_share",
            {"value": "{ detached_semi = 0.5, terraced = 1, low_rise = 1, high_rise = 1 }"},
            "detached_semi",
        ),
    ],
)
def test_a_wrong_row_is_named_in_one_sentence(name, parts, why):
    with pytest.raises(BadAssumption, match=f"row {name}: .*{re.escape(why)}") as refusal:
        load_assumptions(text=with_row(name, **parts))
    assert "\n" not in str(refusal.value)


def test_a_missing_or_unknown_row_is_named():
    text = shipped_text()
    cut = text[: text.index("[read_delay]")]
    with pytest.raises(BadAssumption, match="row read_delay: missing"):
        load_assumptions(text=cut)
    added = f'{text}\n[luck]\nvalue = 1\nunit = "share"\nsource = "x"\nstatus = "assumed"\n'
    with pytest.raises(BadAssumption, match="row luck: unknown"):
        load_assumptions(text=added)
    with pytest.raises(BadAssumption, match="no TOML"):
        load_assumptions(text="[x")
