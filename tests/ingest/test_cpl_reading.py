from collections import Counter
from pathlib import Path

import pytest

from twin.ingest import make_cpl
from twin.ingest.cpl import parse_cpl, read_cpl
from twin.ingest.cpl_entry import COLUMNS, KINDS
from twin.vocabulary import DeviceType

SHIPPED = Path(make_cpl.__file__).parent / "reference" / "cpl_made_up.csv"
PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "cpl_v2.051.csv"


def lines() -> list[list[str]]:
    return [line.split(",") for line in SHIPPED.read_text("utf-8").splitlines()]


def changed(line: int, column: str, cell: str) -> str:
    """The shipped list with one cell changed; the heading is line 1."""
    rows = lines()
    rows[line - 1][COLUMNS.index(column)] = cell
    return "\n".join(",".join(row) for row in rows)


def test_the_published_list_is_read_whole():
    if not PUBLISHED.exists():
        pytest.skip(f"the published list is not beside the repository: {PUBLISHED.name}")
    reading = read_cpl(PUBLISHED)
    assert reading.faults == ()
    assert Counter(entry.status for entry in reading.entries) == {"Current": 694, "Removed": 35}
    assert sum(entry.image_hash is not None for entry in reading.entries) == 530
    kinds = Counter(entry.kind for entry in reading.entries)
    assert kinds == {
        DeviceType.ESME: 276,
        DeviceType.PPMID: 174,
        DeviceType.CHF: 153,
        DeviceType.GSME: 124,
        DeviceType.HCALCS: 2,
    }
    specifications = Counter(entry.specification for entry in reading.entries)
    assert specifications["SMETS V4.2"] == 222  # with and without trailing spaces
    assert specifications["CHTS V1.0"] == 56
    assert len({entry.model for entry in reading.entries}) == 162


def test_the_shipped_list_is_what_its_script_makes():
    assert SHIPPED.read_text("utf-8") == make_cpl.text()


def test_the_shipped_list_has_the_shape_of_a_real_one():
    reading = read_cpl(SHIPPED)
    assert reading.faults == ()
    assert reading.version == "Version 0.001 made up for the fleet twin"
    assert len(reading.entries) > 200
    assert {entry.type_name for entry in reading.entries} == set(KINDS)
    assert {entry.status for entry in reading.entries} == {"Current", "Removed"}
    assert any(entry.specification == "SMETS V1.2" for entry in reading.entries)
    assert {entry.image_hash is None for entry in reading.entries} == {True, False}


def test_nothing_of_the_published_list_is_in_the_shipped_one():
    if not PUBLISHED.exists():
        pytest.skip(f"the published list is not beside the repository: {PUBLISHED.name}")
    real, made_up = read_cpl(PUBLISHED).entries, read_cpl(SHIPPED).entries
    assert not {entry.model for entry in real} & {entry.model for entry in made_up}
    hashes = {entry.image_hash for entry in real} & {entry.image_hash for entry in made_up}
    assert hashes == {None}


@pytest.mark.peer_fault("PF-hawkbit-11")
@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("Version", "", "is empty"),
        ("Version", "Version 9", "another issue"),
        ("Entry.number", "seven", "no entry number"),
        ("Entry.number", "000001", "also on line 2"),
        ("Entry.status", "current", "neither Current nor Removed"),
        ("Device_Type.name", "Toaster", "no device type"),
        ("Device_Model.manufacturer_identifier", "FA5", "not 4 hex digits"),
        ("Device_Model.manufacturer_identifier", "fa5a", "not 4 hex digits"),
        ("Device_Model.model_identifier", "A6FC0", "not 4 hex digits"),
        ("Device_Model.hardware_version.version", "0", "not 2 hex digits"),
        ("Device_Model.hardware_version.revision", "0G", "not 2 hex digits"),
        (
            "Device_Model.model_identifier_concatenated_with_hardware_version",
            "ABCD0000",
            "its three parts joined",
        ),
        ("Device_Model.firmware_version", "01F789D", "not 8 hex digits"),
        ("SMETS_CHTS Version.Version_number_and_effective_date", "V2", "no SMETS or CHTS"),
        ("GBCS Version.version_number", "1.0", "no GBCS version"),
        ("Manufacturer_Image.hash", "AB" * 31, "neither empty nor 64"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column_and_nothing_is_loaded(column, cell, why):
    reading = parse_cpl(changed(7, column, cell))
    assert reading.entries == ()
    (fault,) = reading.faults
    assert (fault.line, fault.column) == (7, column)
    assert why in fault.why


def test_all_bad_rows_are_named_not_just_the_first():
    rows = lines()
    rows[2][2] = "Gone"
    rows[9] = rows[9][:-1]
    rows[20][9] = "XYZ"
    reading = parse_cpl("\n".join(",".join(row) for row in rows))
    assert [fault.line for fault in reading.faults] == [3, 10, 21]
    assert reading.entries == ()
    assert "12 cells, not 13" in reading.faults[1].why


def test_the_same_product_twice_is_a_fault():
    rows = lines()
    again = list(rows[4])
    again[1] = "999999"
    reading = parse_cpl("\n".join(",".join(row) for row in [*rows, again]))
    (fault,) = reading.faults
    assert (fault.line, fault.why) == (len(rows) + 1, "the same product is also on line 5")


def test_trailing_spaces_a_byte_order_mark_and_blank_lines_do_not_matter(tmp_path):
    path = tmp_path / "list.csv"
    spaced = SHIPPED.read_text("utf-8").replace("CHTS V1.0,", "CHTS V1.0 ,")
    path.write_text("\ufeff" + spaced.replace("\n", "\r\n") + "\r\n\r\n", "utf-8")
    assert read_cpl(path) == read_cpl(SHIPPED)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "no such column"),
        ("Version,Entry.number\n1,2\n", 1, "no such column"),
        (",".join([*COLUMNS, "Remark"]), 1, "a column too many"),
        (",".join(COLUMNS), 2, "no entries"),
        (",".join(COLUMNS) + '\n"open', 1, "no CSV"),
    ],
)
def test_what_is_no_list_is_refused(text, line, why):
    reading = parse_cpl(text)
    assert reading.entries == ()
    (fault,) = reading.faults
    assert fault.line == line
    assert why in fault.why


def test_what_is_no_text_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xff\xfe\x00")
    reading = read_cpl(path)
    assert reading.entries == ()
    assert "not UTF-8" in reading.faults[0].why
    with pytest.raises(OSError, match=r"absent\.csv"):
        read_cpl(tmp_path / "absent.csv")
