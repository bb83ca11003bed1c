"""Pages through AppTest: right numbers, deep links, what is wrong told in a sentence."""

import shutil
from datetime import UTC, datetime

import pytest

from dashboards import suppression
from dashboards.headlines.progress import on_plan
from dashboards.queries import latest_day, read_set
from dashboards.settings import CLOCK, HOME
from tests.dashboards.opening import opened
from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_commands import COMMANDS
from tests.ingest.gbcs.gbcs_responses import RESPONSES
from tests.lake.lake_records import NOON, logged
from tests.marts import naive, sample
from twin.events.envelope import Event, encode
from twin.ingest.door import gbcs_in
from twin.ingest.telling import events, told
from twin.marts.publish import current_set
from twin.state.register import DeviceRow
from twin.vocabulary import DeviceType


@pytest.mark.usefixtures("pages")
def test_progress_shows_the_naive_counts():
    app = opened("progress")
    events = sample.sample_events(120)
    until = max(e.occurred_at for e in events).date()
    *_, (_, counts) = naive.progress(events, until=until)
    figures = {metric.label: metric.value for metric in app.metric}
    counts = {name: suppression.count(number) for name, number in counts.items()}
    assert figures == {
        "Capable premises (device truth)": counts["capable"],
        "Capable communications hubs": counts["hubs"],
        "Capable electricity meters": counts["esmes"],
        "Belief behind truth (premises)": counts["behind"],
    }
    assert counts["behind"] == suppression.FEWER


@pytest.mark.usefixtures("pages")
def test_the_headline_of_progress_is_computed_from_the_set(sample_home):
    app = opened("progress")
    latest = latest_day(read_set(current_set(sample_home)).mart("progress_daily"))
    assert app.header[0].value == on_plan(latest)
    assert app.metric[0].delta in app.header[0].value
    assert "simulated data" in "".join(m.value for m in app.markdown)


@pytest.mark.usefixtures("pages")
def test_old_data_wears_a_badge_that_says_so(monkeypatch):
    monkeypatch.setenv(CLOCK, "2026-11-24T15:00:00+00:00")
    app = opened("ops")
    text = " ".join(m.value for m in app.markdown)
    assert "Stale: newest event 3 hours ago" in text
    assert app.header[0].value == "3 things want attention, first: stale: newest event 3 hours ago"


QUERIES = {"premises": {"id": sample.History(2).premises_id}, "campaign": {"id": "LCP-METERS"}}


@pytest.mark.usefixtures("pages")
def test_a_deep_link_opens_the_premises_as_it_was():
    number = 2
    premises_id = sample.History(number).premises_id
    today = opened("premises", id=premises_id)
    assert today.selectbox[0].value == premises_id
    then = opened("premises", id=premises_id, on="2017-04-20")
    assert then.header[0].value == "20 April 2017: Cannot pair locally yet"
    assert today.header[0].value != then.header[0].value


@pytest.mark.usefixtures("pages")
def test_moving_the_date_folds_the_state_again():
    app = opened("premises", id=sample.History(1).premises_id)
    devices = app.dataframe[0].value
    first = app.slider[0].min
    app.slider[0].set_value(datetime.fromtimestamp(first / 1e6, tz=UTC).date()).run()
    assert not app.exception
    assert "No device was known on this day." in [m.value for m in app.markdown]
    assert len(devices) >= 3


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1234", "This is no premises id: it must be P and 16 hexadecimal digits."),
        ("P" + "f" * 16, f"No record of P{'f' * 16} in this set. Is a digit missing?"),
    ],
)
def test_a_wrong_id_gets_one_clear_sentence(typed, said):
    app = opened("premises", id=typed)
    assert said in [one.value for one in (*app.error, *app.warning)]
    assert not app.get("vega_lite_chart")


@pytest.mark.usefixtures("pages")
def test_a_parked_premises_says_so():
    log = sample.sample_records(120)
    parked = next(r for r in log if r.value == b"{broken")
    app = opened("premises", id=parked.key.decode())
    assert f"Parked by a refused record at offset {parked.offset}" in app.warning[0].value


@pytest.mark.usefixtures("pages")
def test_no_premises_chosen_offers_samples(sample_home):
    app = opened("premises")
    samples = read_set(current_set(sample_home)).mart("sample_premises")["premises_id"]
    assert app.selectbox[0].options == samples.to_list()
    assert not app.get("vega_lite_chart")
    app.selectbox[0].select(samples[0]).run()
    assert not app.exception
    assert app.get("vega_lite_chart")


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("page", ["ops", "campaign", "rebuild"])
def test_a_set_of_an_older_version_gets_a_sentence(page, monkeypatch, tmp_path, sample_home):
    """In the page itself and in the part of it that renews itself."""
    home = shutil.copytree(sample_home, tmp_path / "home")
    gone = {"ops": "delays", "campaign": "campaign_daily", "rebuild": "proofs"}
    (current_set(home) / f"{gone[page]}.parquet").unlink()
    monkeypatch.setenv(HOME, str(home))
    app = opened(page, **QUERIES.get(page, {}))
    assert f"it does not hold what is shown here (`{gone[page]}`)" in app.warning[0].value
    assert "start the twin once" in app.warning[0].value


@pytest.mark.usefixtures("pages")
def test_facts_of_real_messages_show_with_their_origin_and_their_names(monkeypatch, tmp_path):
    """From the octets of messages to the table of the page: nobody verified them, it says."""
    home = sample.History(2).premises_id
    row = DeviceRow(home, DeviceType.ESME, "1062-0A0B0C0D")
    files = (COMMANDS["ECS52"][0], RESPONSES["ECS52"][0], ALERTS["receipt 0x8F72"][0])
    real: list[Event] = []
    for octets in files:
        (arrival,) = gbcs_in(octets, name="x", received_at=NOON)
        facts = told(arrival, row=row, asked=(), capable_version=lambda _: None)
        real += events(arrival, facts, premises_id=home, number=len(real))
    more = [
        logged(encode(event), offset=1_000_000 + nth, key=home.encode())
        for nth, event in enumerate(real)
    ]
    sample.sample_home(tmp_path, premises=12, more=more)
    monkeypatch.setenv(HOME, str(tmp_path))
    table = opened("premises", id=home).dataframe[-1].value
    shown = table[table["origin"] == "real message, not verified"]
    assert sorted(shown["what"]) == ["Received", "Service requested", "Version read"]
    assert {source.rpartition(":")[2] for source in shown["source"]} == {b.METER}
    assert set(shown["became"]) == {"applied"}
    (asked,) = shown[shown["what"] == "Service requested"]["detail"]
    assert "message code 0x0059 ECS52 Read ESME/Comms Hub Firmware Version" in asked
    assert set(table["origin"]) - {"real message, not verified"} == {"simulated"}
    assert all(event.verification == "none" for event in real)


@pytest.mark.usefixtures("pages")
def test_missing_lake_files_leave_the_other_pages_working(monkeypatch, tmp_path):
    sample.sample_home(tmp_path, premises=12)
    for path in (tmp_path / "lake" / "events").glob("*.parquet"):
        path.unlink()
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened("premises", id=sample.History(2).premises_id)
    assert "cannot be read" in app.error[0].value
    assert opened("progress").metric


@pytest.mark.usefixtures("pages")
def test_a_published_set_carries_no_bytes_of_a_record(sample_home):
    for path in current_set(sample_home).glob("*.parquet"):
        assert b"{broken" not in path.read_bytes()
