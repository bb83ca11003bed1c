"""An operator finds a campaign, holds it, and sees it held; parties answer: on a real Kafka.

The tests of this module are one story and run in the order in which they stand.
"""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboards.queries import open_current, read_set
from infra.broker import running_broker
from streams.commanding import ask
from streams.programme_log import look
from streams.withdrawing import known
from tests.browser.conftest import serving
from tests.browser.idle import IDLE, load
from tests.campaign.campaign_samples import command
from tests.infra.command_line import twin
from tests.streams.small_field import SmallField
from tests.streams.test_streams_campaign import OWN, PLAN
from tests.streams.worker_stage import WorkerStage
from twin.campaign.plan import Plan, read_plan
from twin.marts.publish import current_set
from twin.rules.information import requests_in
from twin.vocabulary import CampaignState, HoldReason

pytestmark = [pytest.mark.browser, pytest.mark.kafka]

HOMES = 40
SEEN_WITHIN_MS = 90_000


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WorkerStage, SmallField]]:
    """A worker whose campaign releases its first wave, its archiver and its publisher."""
    with ExitStack() as stack:
        broker = stack.enter_context(running_broker(tmp_path_factory.mktemp("own-kafka")))
        stage = WorkerStage(tmp_path_factory.mktemp("twin"), broker.bootstrap)
        stack.callback(stage.close)
        stage.start()
        field = SmallField(stage)
        field.install(HOMES)
        field.pass_days(1)
        plan = read_plan(PLAN.replace("[gate]", "approval_required = false\n\n[gate]", 1))
        assert isinstance(plan, Plan), plan
        given = command("submit", 1, campaign_id=OWN, plan=plan)
        answer = ask(given, bootstrap=stage.bootstrap, security={})
        assert answer is not None
        assert answer.answer == "ACCEPTED"
        while field.look().campaigns[OWN].state is not CampaignState.RUNNING:
            field.pass_days(1)
            assert field.tick < 20
        for role in ("archiver", "publisher"):
            stack.enter_context(_role(stage, role))
        _await_published(stage)
        yield stage, field


@pytest.fixture(scope="module")
def stage(running) -> WorkerStage:
    return running[0]


@pytest.fixture(scope="module")
def field(running) -> SmallField:
    return running[1]


def _await_published(stage: WorkerStage) -> None:
    """A page that is opened before the first set waits for somebody to look again."""
    deadline = time.monotonic() + 120
    while True:
        published = open_current(stage.home.path)
        if published is not None and published.mart("campaigns").height:
            return
        assert time.monotonic() < deadline, "no set with the campaign was published"
        time.sleep(0.1)


def _role(stage: WorkerStage, role: str) -> ExitStack:
    """A process of the run beside the worker, ended by its own id."""
    stack = ExitStack()
    log = stack.enter_context((stage.home.path / "logs" / f"{role}.log").open("wb"))
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.run.roles", role],
        env={**os.environ, **stage.environment},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    stack.callback(process.wait, 60)
    stack.callback(process.terminate)
    return stack


@pytest.fixture(scope="module")
def address(stage: WorkerStage) -> Iterator[str]:
    with serving(stage.home.path, {"TWIN_BROKER": stage.bootstrap}) as found:
        yield found


def campaign(stage: WorkerStage):
    return look(stage.bootstrap, {}).campaigns[OWN]


def audited(stage: WorkerStage) -> list[dict]:
    file: Path = stage.home.path / "audit" / "accesses.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()]


def choose_reason(page: Page, word: str) -> None:
    box = page.get_by_role("dialog").get_by_role("combobox", name="Reason")
    box.fill(word)
    box.press("Enter")


def test_a_campaign_is_found_and_held_in_three_clicks(page, stage, address, shots):
    load(page, f"{address}/ops")
    page.get_by_role("link", name=OWN).click(timeout=SEEN_WITHIN_MS)
    page.wait_for_url(f"**/campaign?id={OWN}")
    expect(page.get_by_role("heading", level=2)).to_contain_text("OWN-HUBS is running")
    page.get_by_role("button", name="Hold", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("In flight, and going on: ")
    expect(dialog.get_by_role("button", name="Hold it")).to_be_disabled()
    choose_reason(page, "incident")
    expect(dialog.get_by_role("button", name="Hold it")).to_be_enabled()
    page.screenshot(path=shots / "campaign-dialog.png", animations="disabled")
    dialog.get_by_role("button", name="Hold it").click()
    expect(dialog).to_contain_text("OWN-HUBS hold: accepted", timeout=SEEN_WITHIN_MS)
    dialog.get_by_role("button", name="Look at the campaign").click()
    expect(dialog).to_have_count(0)
    heading = page.get_by_role("heading", level=2)
    expect(heading).to_contain_text("is held (by an operator)", timeout=SEEN_WITHIN_MS)
    found = campaign(stage)
    assert (found.state, found.holds) == (CampaignState.HELD, (HoldReason.OPERATOR,))
    (given,) = [one for one in found.answers.values() if one.command == "hold"]
    assert (given.actor, given.cause) == ("dcc-operations", "incident")
    told = [(one["who"], one["what"], one["end"]) for one in audited(stage)]
    assert told == [
        ("local", "command hold", "asked"),
        ("local", "command hold", "ACCEPTED done"),
    ]
    assert all(given.command_id in one["of"] for one in audited(stage))


def test_the_live_page_tells_that_it_is_held_and_leads_to_it(page, stage, address):
    published = read_set(current_set(stage.home.path))
    assert published.mart("lags")["seen_at"].n_unique() > 1
    (delay,) = published.mart("delays").to_dicts()
    assert 0 < delay["p95_s"] < 60
    load(page, f"{address}/ops")
    link = page.get_by_role("link", name="Campaign OWN-HUBS is held (by an operator)")
    link.click(timeout=SEEN_WITHIN_MS)
    page.wait_for_url(f"**/campaign?id={OWN}")


def test_who_decides_on_what_has_moved_is_told_of_the_conflict(page, stage, address):
    load(page, f"{address}/campaign?id={OWN}")
    page.get_by_role("button", name="Resume", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("overridden by name: (by an operator)")
    before = campaign(stage).version
    other = command("exclude", 7, campaign_id=OWN, model="1062-0A0B0C0D")
    assert ask(other, bootstrap=stage.bootstrap, security={}).answer == "ACCEPTED"
    now = campaign(stage).version
    assert now > before
    choose_reason(page, "cleared")
    dialog.get_by_role("button", name="Resume it").click()
    moved = f"moved on from version {before} to {now} since this page was drawn"
    expect(dialog).to_contain_text(moved, timeout=SEEN_WITHIN_MS)
    assert campaign(stage).state is CampaignState.HELD
    dialog.get_by_role("button", name="Look at the campaign").click()
    page.wait_for_function(IDLE)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert audited(stage)[-1]["end"] == "CONFLICT stale_version"


def evidence(stage: WorkerStage, name: str, *given: str | Path, kafka: bool = True):
    """A command about evidence, which must be done."""
    broker = ("--broker", stage.bootstrap) if kafka else ()
    said = twin("evidence", name, *given, *broker, "--home", stage.home.path)
    assert said.status == 0, said
    return said


def request_on_command(stage: WorkerStage, subject: str, due: date) -> str:
    """Ask S01; gives the id of the request."""
    given = ("--party", "S01", "--subject", subject, "--due", str(due), "--json")
    return str(json.loads(evidence(stage, "request", *given).out)["request_id"])


def test_parties_that_are_asked_and_answer_stand_in_the_pack_and_on_the_page(
    page, stage, field, address, tmp_path
):
    on = field.now.date()
    late = request_on_command(stage, "duty_cycle", on + timedelta(days=1))
    on_time = request_on_command(stage, "han_deployment", on + timedelta(days=28))
    assert all(one.answered is None for one in requests_in(known(stage.bootstrap, {})).values())
    field.pass_days(3)
    answered_on = field.now.date()

    for name, how in ((late, "late, as it was due on"), (on_time, "on time, due on")):
        said = evidence(stage, "answer", name)
        assert f"S01 has answered on {answered_on}, {how}" in said.out
    given = (late, "--broker", stage.bootstrap, "--home", stage.home.path)
    assert "conflict, it was answered already" in twin("evidence", "answer", *given).refusal

    await_both_answers(stage)
    page.goto(f"{address}/han-review")  # which counts while the command does
    evidence(stage, "han-review", "--period", "2017-Q2", "--out", tmp_path, kafka=False)
    with (tmp_path / "information_requests.csv").open() as opened:
        rows = list(csv.DictReader(opened))
    assert [(row["party"], row["subject"], row["standing"]) for row in rows] == [
        ("S01", "duty cycle", "late"),
        ("S01", "HAN deployment", "on time"),
    ]
    assert {row["answered on"] for row in rows} == {str(answered_on)}
    told = "asking is for the role programme, noting an answer for operations"
    assert told in (tmp_path / "han-review.html").read_text()

    page.wait_for_function(IDLE)
    told = page.get_by_text("2 of 2 requests of 2017-Q2 were answered; 1 late or not at all.")
    expect(told).to_be_visible(timeout=SEEN_WITHIN_MS)
    ask_on_page_while_a_newer_set_comes(page, stage, field)


def ask_on_page_while_a_newer_set_comes(page: Page, stage: WorkerStage, field: SmallField) -> None:
    """A form that is half filled in stays open and filled in while a newer set shows itself."""
    due = field.now.date() + timedelta(days=40)
    page.get_by_text("Ask a party for information").click()
    form = page.get_by_test_id("stForm").filter(has_text="Answer due by")
    expect(form).to_be_visible()
    choose(form, "Party", "S01")
    form.get_by_role("spinbutton").first.focus()
    page.keyboard.type(f"{due:%d%m%Y}")
    before = current_set(stage.home.path)
    field.pass_days(1)
    await_set_behind(stage, before)
    ask = form.get_by_role("button", name="Ask", exact=True)
    ask.click()
    expect(page.get_by_text("A newer set is published")).to_be_visible(timeout=SEEN_WITHIN_MS)
    expect(page.get_by_text("Choose a party, a subject and a due day.")).to_be_visible()
    expect(form.get_by_role("combobox", name="Party")).to_have_value("S01")
    choose(form, "Subject", "link occupancy")
    ask.click()
    done = page.get_by_text(
        f"Asking S01 for link occupancy: done; S01 is asked, and has until {due}"
    )
    expect(done).to_be_visible(timeout=SEEN_WITHIN_MS)
    (asked,) = [
        one.fact for one in requests_in(known(stage.bootstrap, {})).values() if one.answered is None
    ]
    assert (asked.party, asked.subject, asked.due) == ("S01", "link_occupancy", due)
    what = [(one["what"], one["end"].split()[0]) for one in audited(stage)][-2:]
    assert what == [("request for information", "asked"), ("request for information", "ACCEPTED")]


def choose(form: Locator, label: str, word: str) -> None:
    """A choice in a box of a form, by its words."""
    box = form.get_by_role("combobox", name=label)
    box.click(trial=True)  # stands still and in sight: what moves or scrolls shuts its list
    box.fill(word)
    expect(form.page.get_by_role("option", name=word)).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value(word)


def await_set_behind(stage: WorkerStage, before: Path | None) -> None:
    """Until a set is published that is newer than one."""
    deadline = time.monotonic() + 60
    while current_set(stage.home.path) == before:
        assert time.monotonic() < deadline, "no newer set was published"
        time.sleep(0.1)


def await_both_answers(stage: WorkerStage) -> None:
    """Until the published set, which stands on the lake, holds what the log does."""
    deadline = time.monotonic() + 120
    while True:
        asked = open_current(stage.home.path).mart("information_requests")
        if (asked["answered"].sum(), asked["late"].sum()) == (2, 1):
            return
        assert time.monotonic() < deadline, asked
        time.sleep(0.2)
