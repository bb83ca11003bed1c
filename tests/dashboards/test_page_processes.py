"""`/process`: each process as designed beside how it ran, with the figures of the document."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from msgspec.structs import replace

from dashboards import architecture
from dashboards.bases import records_of
from dashboards.headlines.processes import as_designed, bottleneck
from dashboards.queries import read_set
from tests.dashboards.opening import opened
from tests.marts import sample
from twin.events import pins
from twin.evidence.processes.flow import flows
from twin.evidence.processes.mining import Step
from twin.marts.publish import current_set

TOLD = (
    pins.PrivacyPinSet,
    pins.PrivacyPinChanged,
    pins.PrivacyPinCleared,
    pins.PrivacyPinDisabled,
    pins.PrivacyPinEntered,
)


@pytest.fixture(scope="module")
def found(sample_home):
    files, basis = records_of(read_set(current_set(sample_home)), sample_home, None)
    return architecture.described(files, basis)


@pytest.mark.usefixtures("pages")
def test_the_page_shows_one_process_with_plain_counts(found):
    app = opened("process", process="pin_reset")
    ran = next(one for one in found.ran if one.flow.key == "pin_reset")
    told_pins = (
        pins.PrivacyPinSet,
        pins.PrivacyPinChanged,
        pins.PrivacyPinCleared,
        pins.PrivacyPinDisabled,
        pins.PrivacyPinEntered,
    )
    homes = {e.key for e in sample.sample_events(120) if isinstance(e.fact, told_pins)}
    cards = {one.label: one.value for one in app.metric}
    assert app.header[0].value == as_designed(found.ran)
    assert "the least in" in app.header[0].value
    assert cards["Cases"] == f"{len(homes):,}"
    assert cards["Ran as designed"] == f"{100 * ran.conforming / len(homes):.1f}%"
    assert cards["Variants"] == f"{len(ran.variants)}"
    assert {"As designed", "As it ran"} <= {one.value for one in app.subheader}
    assert len(app.get("image")) == 2
    told = {frame.proto.alt: frame.value for frame in app.dataframe}
    assert list(told["Processes"]["process"]) == [flow.name for flow in flows().values()]
    assert all(frame.proto.alt for frame in app.dataframe)
    assert all(chart.proto.alt for chart in app.get("vega_lite_chart"))
    labels = {one.label for one in app.get("download_button")}
    assert {"Download the pack (HTML)", "Download the pack (PDF)"} <= labels


@pytest.mark.usefixtures("pages")
def test_a_process_without_a_case_and_a_wrong_slug_are_said(found):
    app = opened("process", process="brewing")
    assert app.warning[0].value.startswith("process=brewing was left out of the address")
    assert all(one.cases == 0 for one in found.ran if one.flow.key == "local_pairing")
    app = opened("process", process="local_pairing")
    assert any("No case of it is in the log" in one.value for one in app.markdown)
    assert not app.metric
    assert len(app.get("image")) == 1


def test_the_headline_names_the_process_with_the_least(found):
    whole = [replace(one, conforming=one.cases, found=()) for one in found.ran]
    cases = sum(one.cases for one in whole)
    assert as_designed(whole).startswith(f"Every one of {cases:,} cases in ")
    worst = max(whole, key=lambda one: one.cases)
    planted = [replace(one, conforming=one.cases // 2) if one is worst else one for one in whole]
    assert f"the least in {worst.flow.name}, with " in as_designed(planted)
    assert as_designed([replace(whole[0], cases=0, conforming=0)]) == (
        "No process has a case in this log yet"
    )


def test_the_bottleneck_is_where_all_cases_waited_longest(found):
    ran = found.ran[0]
    steps = (Step("a", "b", 10, 5.0), Step("b", "c", 2, 30.0), Step("c", "d", 100, 0.0))
    assert bottleneck(replace(ran, steps=steps)) == steps[1]
    assert bottleneck(replace(ran, steps=steps[2:])) is None


def test_the_downloads_are_the_document(found):
    files = architecture.pack(found)
    assert {"architecture.html", "architecture.pdf", "architecture.json"} <= set(files)
    archive = architecture.archive(found)
    assert archive == architecture.archive(found)
    assert set(ZipFile(BytesIO(archive)).namelist()) == {
        name for name in files if name.endswith((".csv", ".json"))
    }
    assert datetime.now(UTC).strftime("%Y-%m-%d").encode() not in files["architecture.pdf"]
