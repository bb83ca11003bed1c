"""The pages of operations by AppTest, each run once, against a plain count of the events."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dashboards.headlines.pairing import biggest_loss, funnel, told_steps, where_given_up
from dashboards.headlines.rebuild import beside, verdict
from dashboards.headlines.streams import keeping_up, oldest
from dashboards.intervals import wilson
from dashboards.ports import PORTS
from dashboards.settings import HOME
from dashboards.suppression import OPERATIONS, PROGRAMME
from tests.dashboards.paper_ports import PaperSender, accepted
from tests.dashboards.test_page_apps import opened
from tests.marts import naive, naive_operations, sample
from twin.marts.publish import current_set

pytestmark = pytest.mark.usefixtures("pages")


def told(app) -> str:
    return "\n".join(one.value for one in app.markdown)


def test_live_operations_lead_to_what_burns(monkeypatch):
    app = opened("ops")
    assert app.header[0].value == (
        "2 things want attention, first: campaign LCP-METERS is held at wave 3 (errors above the "
        "limit in region North), 70 devices not asked yet"
    )
    links = {one.proto.label: one.proto.query_string for one in app.get("page_link")}
    assert links == {
        "Campaign LCP-METERS is held at wave 3 (errors above the limit in region North), 70 "
        "devices not asked yet": "id=LCP-METERS",
        "2 refused records wait for an operator": "",
    }
    cards = {one.label: one.value for one in app.metric}
    records = sample.sample_records(120)
    newest = max(r.logged_at for r in records).replace(second=0, microsecond=0)
    last = sum(r.logged_at >= newest for r in records)
    assert cards["Records a second"] == f"{last / 60:,.1f}"
    assert cards["Records that wait"] == "18"
    assert cards["From the log to this page, p95"] == "not measured"
    (tail,) = app.dataframe
    assert len(tail.value) == 20
    assert "link" not in tail.value, "ids of premises are for operations"
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    (tail,) = opened("ops").dataframe
    assert tail.value["link"].dropna().str.startswith("/premises?id=P").all()


def test_streams_show_every_place_and_the_refused_records(monkeypatch):
    assert "link" not in opened("streams").dataframe[-1].value, "ids are for operations"
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    app = opened("streams")
    assert app.header[0].value == "The twin keeps up: 18 records wait before the stage folded"
    places, letters = (one.value for one in app.dataframe)
    assert places["lag"].sum() == 18
    behind = places[places["lag"] > 0]
    assert list(behind["stage"].unique()) == ["folded"]
    assert not behind["oldest"].str.startswith("at most").any()
    assert set(places[places["lag"] == 0]["oldest"]) == {"none waits"}
    assert letters["cause"].tolist() == ["malformed", "malformed"]
    assert all(link.startswith("/premises?id=P") for link in letters["link"])
    assert "2 of the newest 2 refused records wait for an operator." in told(app)


def test_streams_of_one_topic_come_by_the_address_and_an_unknown_one_is_named():
    app = opened("streams", topic="premises.events")
    places, letters = (one.value for one in app.dataframe)
    assert set(places["topic"]) == set(letters["topic"]) == {"premises.events"}
    app = opened("streams", topic="nothing")
    assert "topic=nothing was left out of the address: it is none of" in app.warning[0].value
    assert len(set(app.dataframe[0].value["topic"])) > 1


def test_campaigns_of_one_state_come_by_the_address():
    app = opened("campaigns", state="held")
    assert [one.proto.query_string for one in app.get("page_link")] == ["id=LCP-METERS"]
    assert app.dataframe[0].value["campaign_id"].tolist() == ["LCP-METERS"]
    assert app.header[0].value == "LCP-METERS is held: 1 of 2 campaigns under way"
    app = opened("campaigns", state="paused")
    assert "state=paused was left out of the address" in app.warning[0].value


def test_campaigns_are_listed_those_held_first(monkeypatch):
    """With the eyes of operations, as the next."""
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    app = opened("campaigns")
    assert app.header[0].value == "LCP-METERS is held: 1 of 2 campaigns under way"
    links = [one.proto.query_string for one in app.get("page_link")]
    assert links == ["id=LCP-METERS", "id=LCP-HUBS"]
    (table,) = app.dataframe
    events = sample.sample_events(120)
    tallies = sample.tallies(events).filter(state="CONFIRMED")
    confirmed = dict(tallies.group_by("campaign_id").agg(pl.col("devices").sum()).iter_rows())
    shown = table.value.set_index("campaign_id")["confirmed"].to_dict()
    assert shown == confirmed


def test_a_campaign_shows_where_it_is_and_what_may_be_commanded(monkeypatch):
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    app = opened("campaign", id="LCP-METERS")
    assert app.header[0].value.startswith("LCP-METERS is held (by its error gate); 35 of 111")
    buttons = {one.label: one.disabled for one in app.button}
    assert buttons == {"Hold": False, "Resume": False, "Stop": False, "Abort": False}
    said = told(app)
    assert "- Wave 3 soaking: reject (errors above the limit in region North), 8 of 41" in said
    tables = {frozenset(one.value.columns): one.value for one in app.dataframe}
    (gates,) = [table for names, table in tables.items() if "bound" in names]
    held = gates[gates["wave"] == 3]
    figures = held[["stratum", "n", "k", "statistic", "bound"]].to_numpy().tolist()
    assert figures == [["region:North", 41, 8, 6.1, 5.3]]
    (journal,) = [table for names, table in tables.items() if "gate_decision" in names]
    assert set(journal["campaign_id"]) == {"LCP-METERS"}
    taken = journal[journal["command"] == "exclude"]
    assert taken[["actor", "cause", "answer"]].to_numpy().tolist() == [
        ["dcc-operations", "bad_firmware", "ACCEPTED"]
    ]
    monkeypatch.setattr(PORTS, "sender", PaperSender(accepted, obstacle="no Kafka answers"))
    app = opened("campaign", id="LCP-METERS")
    assert all(one.disabled for one in app.button)
    assert app.info[0].value.startswith("No command can be given: no Kafka answers. All figures")


@pytest.mark.parametrize("name", ["LCP-NONE", "nonsense id"])
def test_an_unknown_campaign_gets_a_sentence(name):
    app = opened("campaign", id=name)
    assert app.warning[0].value == (
        f"No campaign {name} is in this set. Is a letter wrong, or is it only just handed in? "
        "Known are LCP-HUBS and LCP-METERS."
    )
    assert not app.button


def test_pairing_shows_the_counted_attempts(monkeypatch):
    """With the eyes of operations, which sees every count."""
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    app = opened("pairing")
    events = sample.sample_events(120)
    counted = naive.pairing_counts(events)
    ended = sum(n for (_, end, _), n in counted.items() if end != "open")
    paired = sum(n for (_, end, _), n in counted.items() if end == "completed")
    head = app.header[0].value
    assert head.startswith(f"{100 * paired / ended:.1f}% of {ended} attempts end in a pairing")
    (table,) = app.dataframe
    assert table.value["attempts"].sum() == counted.total()
    steps, flows = (json.loads(one.proto.spec) for one in app.get("echarts_chart"))
    assert steps["animation"] is False
    assert flows["animation"] is False
    ways = naive_operations.channels(events)
    reached = [
        sum(n for (route, _, _, far), n in ways.items() if route == "local" and far >= least)
        for least in (1, 2, 3, 4, 5)
    ]
    assert [one["value"] for one in steps["series"][0]["data"]] == reached
    assert sum(one["value"] for one in flows["series"][0]["links"]) == counted.total()


def with_proofs(home, *proofs: dict, differences: tuple = ()) -> None:
    """The home's set with these proofs in it."""
    folder = current_set(home)
    file = folder / "proofs.parquet"
    none = pl.read_parquet(file)
    pl.DataFrame(list(proofs), schema=none.schema).write_parquet(file)
    file = folder / "proof_differences.parquet"
    none = pl.read_parquet(file)
    pl.DataFrame(list(differences), schema=none.schema).write_parquet(file)


PROOF = {
    "made_at": sample.PUBLISHED_AT,
    "made_by": "twin rebuild, bulk",
    "code_version": "0.1.0",
    "premises": 120,
    "records": 3000,
    "basis": "0/0@10 0/1@20",
    "digest": "ab" * 32,
    "live_digest": "cd" * 32,
    "equal": False,
    "differing": 1,
}


def test_rebuild_is_red_where_the_tables_differ_and_leads_to_them(
    monkeypatch, tmp_path, sample_home
):
    home = shutil.copytree(sample_home, tmp_path / "home")
    differing = {"premises_id": "P" + "a" * 16, "partition": 1, "why": "state", "offset": 7}
    with_proofs(home, PROOF, differences=(differing,))
    monkeypatch.setenv(HOME, str(home))
    app = opened("rebuild")
    assert app.header[0].value == "The live tables differ from what the lake folds to in 1 premises"
    assert ":red-badge[" in told(app)
    proofs, _, differences = (one.value for one in app.dataframe)
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    links = opened("rebuild").dataframe[-1].value["link"]
    assert links.tolist() == [f"/premises?id=P{'a' * 16}"]
    assert proofs[["live", "rebuilt", "result"]].to_numpy().tolist() == [
        ["cd" * 8, "ab" * 8, "different"]
    ]
    assert "link" not in differences, "ids of premises are for operations"
    assert differences["told"].tolist() == ["fields differ"]
    labels = [one.proto.label for one in app.get("download_button")]
    assert labels == ["Download the proofs (CSV)", "Download the proofs (Parquet)"]


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "equal", "level"),
    [(1, True, "proved"), (24, True, "proved"), (25, True, "old"), (1, False, "differs"),
     (50, False, "differs")],
)  # fmt: skip
def test_a_proof_grows_old_after_a_day_and_a_difference_never_does(hours, equal, level):
    row = {**PROOF, "made_at": NOW - timedelta(hours=hours), "equal": equal}
    assert verdict(pl.DataFrame([row]), now=NOW).level == level


def test_what_was_never_compared_is_no_proof():
    rows = pl.DataFrame([{**PROOF, "equal": None}], schema_overrides={"equal": pl.Boolean})
    assert verdict(rows, now=NOW).level == "none"


def test_records_since_the_proof_are_those_beyond_its_positions():
    held = pl.DataFrame(
        {
            "topic": ["premises.events"] * 3 + ["campaign.events"],
            "epoch": [0] * 4,
            "partition": [0, 1, 2, 0],
            "position": [15, 20, 4, 9],
        }
    )
    found = beside(PROOF, held)
    assert found.rows() == [(0, 0, 10, 15, 5), (0, 1, 20, 20, 0), (0, 2, None, 4, 4)]


def test_sentences_of_streams_and_pairing():
    none = pl.DataFrame(schema={"stage": pl.String, "lag": pl.Int64})
    assert keeping_up(none) == "No stage reports its position"
    lags = pl.DataFrame({"stage": ["folded", "archived"], "lag": [20_000, 1]})
    assert keeping_up(lags) == "The twin lies behind: 20,000 records wait before the stage folded"
    bound = {"oldest_at": NOW - timedelta(minutes=3), "oldest_is_bound": True, "lag": 4}
    assert oldest(bound, at=NOW) == "at most 3 minutes"
    assert oldest({**bound, "oldest_at": None}, at=NOW) == "not known"
    ways = pl.DataFrame({"route": ["remote"] * 3, "reached": [1, 2, 5], "attempts": [10, 5, 5]})
    steps = funnel(ways, "remote")
    assert steps == [("Attempt begun", 20), ("Hub open to joining", 10), ("Paired", 5)]
    assert biggest_loss(steps) == (
        "Most are lost between “attempt begun” and “hub open to joining”: 10 of 20 attempts (50.0%)"
    )
    # of nineteen of twenty that came further one was lost
    near = [("Attempt begun", 20), ("Paired", 19)]
    assert told_steps(near, role=PROGRAMME) == [("Attempt begun", 20), ("Paired", None)]
    assert biggest_loss(near).endswith("“paired”: how many is not told")
    assert biggest_loss(funnel(ways, "local")) == "No attempt was made on this route"
    empty = {"outcome": pl.String, "cause": pl.String, "attempts": pl.Int64}
    assert where_given_up(pl.DataFrame(schema=empty)) == "No pairing attempt has ended yet"


def test_intervals_are_those_of_the_book():
    """Wilson's 95% interval of 1 in 10, as published tables have it; nothing says nothing."""
    found = wilson(1, 10)
    assert (round(found.lower, 4), round(found.upper, 4)) == (0.0179, 0.4042)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 20).lower == 0.0


def test_a_spot_check_proves_nothing_and_hides_nothing() -> None:
    """It tells of some premises only: what it finds counts, what it does not find does not."""
    whole = {**PROOF, "equal": True, "differing": 0}
    spot = {**whole, "made_by": "twin reconcile, readable", "premises": 50}
    differs = {"equal": False, "differing": 1}

    def level(*rows: dict[str, object]) -> str:
        return verdict(pl.DataFrame(rows), now=NOW).level

    assert level(spot) == "none"
    assert level(spot, {**whole, **differs}) == "differs"
    assert level(spot, whole) == level(whole)
    assert level({**spot, **differs}, whole) == "differs"
    assert level(whole, {**spot, **differs}) == level(whole)
