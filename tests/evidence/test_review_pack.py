"""The pack: the same bytes from one basis, nothing asked of the network, bad input answered."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.evidence.sample_lake import PREMISES, all_of, lake_of, logged
from tests.infra.command_line import twin
from tests.marts import sample
from twin.evidence.printing.html import as_html
from twin.evidence.review.compare import Change, compared
from twin.evidence.review.period import period_of
from twin.evidence.review.record import read_record
from twin.evidence.review.review import Reviewed, review
from twin.lake.basis import Basis
from twin.lake.table import Lake


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    lake_of(path, sample.sample_records(PREMISES))
    return path


@pytest.fixture(scope="module")
def pack(home, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "q3"
    done = reviewed(home, folder)
    assert done.status == 0, done
    return folder


def reviewed(home: Path, folder: Path, *more: str | Path, period: str = "2017-Q3"):
    return twin(
        "evidence", "han-review", "--period", period, "--home", home, "--out", folder, *more
    )


def made(lake: Lake, basis: Basis) -> Reviewed:
    return review(lake.files(), basis, period_of("2017-Q3"), code_version="0.1.0")


def rows_in(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text().splitlines()))


def test_the_same_basis_gives_the_same_bytes(home, pack, tmp_path):
    assert reviewed(home, tmp_path / "again").status == 0

    for file in pack.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_the_page_asks_for_nothing_and_says_what_it_stands_on(pack):
    page = (pack / "han-review.html").read_text()
    basis = json.loads((pack / "han-review.json").read_bytes())["basis"]

    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert not re.search(r"<(?:script|link|iframe|object)\b", page)
    assert len(re.findall(f"Basis {basis}", page)) > page.count("<section")
    assert page.count("<svg") + page.count("too small for a picture") == 4
    assert page.count("<svg") > 1
    assert "Simulated data" in page


def test_the_pdf_has_the_basis_on_every_page_and_no_time_of_printing(pack):
    content = (pack / "han-review.pdf").read_bytes()

    assert content.startswith(b"%PDF-")
    assert b"20170930" in content
    assert b"/ID [<" in content


def test_every_table_is_there_as_csv(pack):
    page = (pack / "han-review.html").read_text()
    named = set(re.findall(r"As CSV: (\w+\.csv)", page))

    assert named == {file.name for file in pack.glob("*.csv")}
    for name in named:
        heading, *rows = rows_in(pack / name)
        assert heading
        assert all(len(row) == len(heading) for row in rows)


def test_small_counts_of_premises_are_in_no_table(pack):
    counts = [row[3] for row in rows_in(pack / "privacy_pins.csv")[1:]]

    assert counts
    assert not any(count.isdigit() and 0 < int(count) < 5 for count in counts)


def test_what_changed_and_what_was_restated_is_said(home, pack, tmp_path):
    done = reviewed(home, tmp_path / "q2", "--against", pack, period="2017-Q2")
    said = twin("evidence", "compare-reviews", tmp_path / "q2", pack)
    page = (tmp_path / "q2" / "han-review.html").read_text()

    changes = {row[0]: row[3] for row in rows_in(tmp_path / "q2" / "changes.csv")}
    again = [row[3] for row in rows_in(tmp_path / "q2" / "restated.csv")][1:]
    assert done.status == said.status == 0, (done, said)
    assert changes["premises capable of local pairing"] == "worse"
    assert set(again) <= {Change.SAME.value, Change.UNKNOWN.value}
    assert "Beside the review before" in page
    assert "better" in said.out


def test_a_later_basis_of_the_same_period_restates(home, pack):
    lake = Lake(home / "lake" / "events")
    whole = all_of(lake)
    stands = tuple(replace(stand, offset=stand.offset // 2) for stand in whole.stands)
    then = made(lake, replace(whole, stands=stands)).record

    found = compared(then, read_record(pack))

    assert Change.RESTATED in {one.change for one in found}
    assert {one.change for one in found} <= {Change.RESTATED, Change.SAME, Change.UNKNOWN}


@pytest.mark.parametrize("period", ["2019-Q1", "2012-Q1"])
def test_a_period_outside_the_log_is_refused_in_a_sentence(home, tmp_path, period):
    said = reviewed(home, tmp_path / "no", period=period)

    assert "lies outside the log of this basis" in said.refusal
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("period", ["2017", "2017-Q5", "now", "2017-Q4\n"])
def test_what_is_no_quarter_is_wrong_usage(home, tmp_path, period):
    assert reviewed(home, tmp_path, period=period).status == 2


def test_a_basis_that_is_gone_is_refused(home, tmp_path):
    assert "'gone' is neither" in reviewed(home, tmp_path, "--known", "gone").refusal


def test_a_folder_without_a_review_is_refused(home, tmp_path):
    assert "holds no HAN review" in reviewed(home, tmp_path, "--against", tmp_path).refusal
    (tmp_path / "han-review.json").write_text("{}")
    said = twin("evidence", "compare-reviews", tmp_path, tmp_path)
    assert "cannot be read as a HAN review" in said.refusal


def test_a_place_that_cannot_be_written_to_is_refused(home, tmp_path):
    (tmp_path / "file").write_text("")

    assert "cannot write to" in reviewed(home, tmp_path / "file").refusal


def test_an_empty_lake_is_refused(tmp_path):
    lake_of(tmp_path, [])

    assert "nothing to review" in reviewed(tmp_path, tmp_path / "out").refusal


def test_one_premises_is_suppressed_and_shown_without_an_empty_picture(tmp_path):
    (key,) = {event.key for event in sample.sample_events(1)}
    lake = lake_of(tmp_path, logged(sample.sample_events(1)))

    found = made(lake, all_of(lake))

    page = as_html(found.document)
    (fleet,) = (table for table in found.document.tables() if table.name == "fleet")
    assert {row[1] for row in fleet.rows} <= {"<5", "0"}
    assert "<svg" not in page
    assert page.count("too small for a picture") == 4
    assert "No party was asked" in page
    assert key not in page
    assert {one.part for one in found.record.figures} <= {None, 0}


def test_a_supplier_that_never_answers_stands_in_the_pack(tmp_path):
    told: Counter[tuple[str, int]] = Counter()
    silent = []
    for one in sample.sample_records(20):
        if one.topic != "programme.events" or b"information-provided" not in one.value:
            place = one.topic, one.partition
            silent.append(replace(one, offset=told[place]))
            told[place] += 1
    lake = lake_of(tmp_path, silent)

    page = as_html(made(lake, all_of(lake)).document)

    assert "0 have answered. No answer at all came from S" in page
    assert "never answered: S" in page
