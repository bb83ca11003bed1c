"""Marts by place, supplier, month and wave against a naive count."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import polars as pl
import pytest
from msgspec.structs import replace

from dashboards.changes import stood
from tests.marts import naive_groups as naive
from tests.marts import sample
from tests.marts.folding import built
from tests.marts.sample_decisions import campaign_facts
from twin.events.envelope import encode
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled, PremisesRegistered
from twin.events.pins import PrivacyPinCleared, PrivacyPinSet
from twin.events.programme import CampaignSubmitted, WaveReleased
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.planned_waves import wave_plans
from twin.vocabulary import PinClass

PREMISES = 60
META = SetMeta(set_id="a-set", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=60)
GROUPS = {
    "areas_daily": ("gsp_group",),
    "suppliers_daily": ("supplier",),
    "regions_daily": ("csp_region",),
    "region_suppliers": ("csp_region", "supplier"),
}


@pytest.fixture(scope="module")
def events():
    return sample.sample_events(PREMISES)


@pytest.fixture(scope="module")
def frames(tmp_path_factory) -> dict[str, pl.DataFrame]:
    builder = MartBuilder()
    records = sample.sample_records(PREMISES)
    builder.add_files(sample.write_lake(tmp_path_factory.mktemp("lake"), records, files=3))
    return builder.build(meta=META, health={})


def counted(frame: pl.DataFrame, keys: int) -> dict:
    return {row[:keys]: row[keys:] for row in frame.iter_rows()}


@pytest.mark.parametrize("name", GROUPS)
def test_every_group_on_every_day_equals_the_naive_count(frames, events, name):
    dimensions = GROUPS[name]
    found = counted(frames[name], 1 + len(dimensions))
    assert found == naive.by_day(events, *dimensions)
    last = frames[name].filter(day=frames[name]["day"].max())
    assert last["capable_premises"].sum() == frames["summary"]["capable_premises"].item() > 0
    assert last["installed_premises"].sum() == frames["summary"]["installed_premises"].item()


def test_bands_by_month_are_of_premises_and_their_furthest_band(frames, events):
    found = {row[:-1]: row[-1] for row in frames["bands_monthly"].iter_rows()}
    assert found == naive.band_months(events)
    assert {band for _, _, band in found} == {"ghz_2_4", "sub_ghz", "alternative_han"}


def test_pins_by_area_before_and_after_pairing(frames, events):
    found = counted(frames["pins_by_area"], 4)
    assert found == naive.pin_areas(events)
    paired = frames["pins_by_area"].filter("paired")
    assert 0 < paired["set_before"].sum() < paired["premises"].sum()
    assert frames["pins_by_area"]["most_common_pin"].sum() > 0


@pytest.mark.parametrize("on", [date(2017, 4, 20), date(2017, 9, 10), date(2031, 1, 1)])
def test_changes_of_bands_and_pins_add_up_to_the_naive_count_of_a_day(frames, events, on):
    known = [
        e for e in events if e.occurred_at.date() <= on or isinstance(e.fact, PremisesRegistered)
    ]
    bands = stood(frames["bands_changes"], on=on, by=("month", "csp_region", "band"))
    assert {row[:-1]: row[-1] for row in bands.iter_rows()} == naive.band_months(known)
    by = ("gsp_group", "csp_region", "shared_meter_space", "paired")
    found = stood(frames["pins_changes"], on=on, by=by)
    columns = ("premises", "set_before", "set_now", "most_common_pin", "weak_pin")
    assert counted(found.select(*by, *columns), 4) == naive.pin_areas(known)
    assert found.height


def test_changes_of_more_days_than_rows_carry_are_told_by_the_week(tmp_path):
    """Six premises whose PIN is set and cleared in turn, a day each, for three years."""
    homes = [sample.a_history(n, premises=14) for n in range(6)]
    for home in homes:
        begun = datetime(2014, 3, 1, 9, home.number, tzinfo=UTC)
        home.facts = [
            (begun + timedelta(minutes=n), source, fact)
            for n, (_, source, fact) in enumerate(home.facts)
            if isinstance(fact, PremisesRegistered | CommsHubInstalled | DeviceInstalled)
        ]
        for n in range(1001):
            said = PrivacyPinCleared() if n % 2 else PrivacyPinSet(PinClass.TOP_1)
            home.say(begun + timedelta(days=1 + n), f"urn:gb:esme:{home.device('esme')}", said)
    frames = built(tmp_path, [event for home in homes for event in home.events()])
    changes = frames["pins_changes"]
    assert changes["days"].unique().to_list() == [7]
    newest = changes["day"].max()
    assert {day.isoweekday() for day in changes["day"] if day != newest} == {7}
    assert changes["premises"].sum() == frames["pins_by_area"]["premises"].sum() == 6
    assert changes["set_now"].sum() == frames["pins_by_area"]["set_now"].sum() == 6


def test_waves_with_their_plan_and_their_days(frames):
    found = {key: list(row) for key, row in counted(frames["waves"], 2).items()}
    assert found == naive.wave_days(campaign_facts(until=sample.AS_AT))
    assert found["LCP-METERS", 4][3:] == [None] * 4
    assert found["LCP-HUBS", 1][5] == date(2017, 7, 8)


def test_the_gates_last_word_of_each_day(frames):
    columns = ("day", "campaign_id", "wave", "decision", "members", "settled", "confirmed")
    found = counted(frames["waves_daily"].select(*columns, "errors"), 3)
    assert found == naive.gate_days(campaign_facts(until=sample.AS_AT))


def test_of_more_days_than_rows_carry_the_older_ones_are_sundays(tmp_path):
    """A fleet that began long ago: most groups have too many rows by the day."""
    early = sample.History(0)
    early.facts = [
        (at.replace(year=2014), source, fact)
        for at, source, fact in sample.a_history(0, premises=14).facts
        if at < sample.RUN_STARTS
    ]
    rest = [e for n in range(1, 14) for e in sample.a_history(n, premises=14).events()]
    frames = built(tmp_path, [*early.events(), *rest])
    for name in ("areas_daily", "suppliers_daily", "region_suppliers"):
        days = frames[name]["day"].unique().sort().to_list()
        assert 4900 < frames[name].height <= 5000, name
        assert {day.isoweekday() for day in days if (days[-1] - day).days > 850} == {7}
        assert days[-150:] == [days[-1] - timedelta(days=n) for n in range(149, -1, -1)]
        assert days[-1] == max(e.occurred_at for e in rest).date()
        assert days[0].year == 2014
    older = [day for day in frames["areas_daily"]["day"] if (days[-1] - day).days > 320]
    assert {day.isoweekday() for day in older} == {7}
    regions = frames["regions_daily"]["day"]
    assert regions.n_unique() == (regions.max() - regions.min()).days + 1


def test_premises_that_were_never_registered_count_as_unknown(tmp_path):
    events = [
        event
        for event in sample.a_history(3, premises=14).events()
        if not isinstance(event.fact, PremisesRegistered)
    ]
    areas = built(tmp_path, events)["areas_daily"]
    assert areas["gsp_group"].unique().to_list() == ["unknown"]
    assert areas["installed_premises"].max() == 1


def test_a_plan_that_cannot_be_read_has_no_waves():
    (submitted,) = [
        one
        for one in campaign_facts(until=sample.AS_AT)
        if isinstance(one.fact, CampaignSubmitted) and one.key == "LCP-HUBS"
    ]
    assert wave_plans({"LCP-HUBS": [submitted]})["name"].to_list()[0] == "canary"
    broken = replace(submitted, fact=replace(submitted.fact, plan="{}"))
    assert wave_plans({"LCP-HUBS": [submitted, broken]}).is_empty()
    assert wave_plans({"LCP-HUBS": []}).is_empty()


def test_a_premises_without_a_meter_has_no_place_among_the_pins(tmp_path):
    history = sample.a_history(0, premises=14)
    meter = history.device("esme")
    events = [
        event
        for event in history.events()
        if not (isinstance(event.fact, DeviceInstalled) and event.fact.device_id == meter)
    ]
    frames = built(tmp_path, events)
    assert frames["summary"]["installed_hubs"].item() == 1
    assert frames["pins_by_area"].is_empty()


def test_a_wave_that_goes_out_in_steps_is_released_by_its_first_and_out_by_its_last(tmp_path):
    facts = list(campaign_facts(until=sample.AS_AT))
    (whole,) = [
        one
        for one in facts
        if isinstance(one.fact, WaveReleased) and (one.key, one.fact.wave) == ("LCP-HUBS", 4)
    ]
    step = replace(
        whole,
        id=str(UUID(int=7)),
        sequence=900,
        occurred_at=whole.occurred_at - timedelta(days=3),
        fact=replace(whole.fact, upto=0.5, complete=False),
    )
    told = sorted([*facts, step], key=lambda one: one.occurred_at)
    records = [
        sample.Logged("campaign.events", 0, 0, n, e.key.encode(), encode(e), sample.PUBLISHED_AT)
        for n, e in enumerate(told)
    ]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path, records, files=1))
    waves = builder.build(meta=META, health={})["waves"]
    assert {key: list(row) for key, row in counted(waves, 2).items()} == naive.wave_days(told)
    row = waves.row(by_predicate=(pl.col("campaign_id") == "LCP-HUBS") & (pl.col("wave") == 4))
    assert row[5] == step.occurred_at.date() < row[6] == whole.occurred_at.date()
