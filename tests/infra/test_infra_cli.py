"""The command line's exit statuses (0 done, 1 refused, 2 usage, 3 does not hold); no traceback."""

import json
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from infra.run.command import write_summary
from infra.run.history import Home
from infra.run.summary import Digests, Records, Summary
from infra.run.summary_of_campaigns import CampaignPart, Told, WavePart
from streams.archive import open_lake
from tests.infra.command_line import ENTRY, Said, process, twin
from tests.lake.lake_records import PREMISES, append, run_of
from twin.vocabulary import PinIntervention

SOON = f"from streams import cluster; cluster.ANSWER_MS = 300; {ENTRY}"
"""The command line for which no answer after a moment is none."""
PLAN = files("twin.campaign").joinpath("plans/lcp-hubs.toml").read_text("utf-8")
WAVE = {"members": 60, "confirmed": 40, "errors": 9, "in_flight": 5, "awaiting": 5, "gone": 1}
CAMPAIGN = CampaignPart(
    state="HELD",
    holds=("error_gate",),
    plan_version=1,
    frozen=1_060,
    excluded={"not_commissioned": 1_234},
    excluded_models=(),
    waves=(WavePart(name="canary", state="SOAKING", **WAVE),),
    story=(Told(date(2017, 7, 1), "started"), Told(date(2017, 7, 9), "held: error_gate")),
)
SUMMARY = Summary(
    simulated=True,
    as_at=datetime(2017, 12, 31, tzinfo=UTC),
    premises={"installed": 1234},
    capable={"truth": {"premises": 5}},
    bands={},
    pairing={},
    pins={},
    campaigns={"LCP-HUBS": CAMPAIGN},
    records=Records(produced=1, applied=1, duplicate=0, held=0, dead=0, archived=1),
    digests=Digests(live="a", replay="a", lake="a", live_seen=1, replay_seen=1, lake_seen=1),
    network={"hubs": {"dual_band": 1}},
    intruders={"attempts": 3, "paired": 1},
    rules={"BR43 one active hub": {"met": 2}},
    by_event={},
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "twin")


@pytest.fixture(autouse=True)
def same_signals() -> Iterator[None]:
    """`twin run` makes SIGTERM an interrupt; in this process only for the test."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address of this machine at which nobody listens, and nobody will."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


def in_the_way(tmp_path: Path) -> Path:
    """A folder that cannot be made, not by root either."""
    (tmp_path / "file").write_text("in the way")
    return tmp_path / "file" / "twin"


def test_done_is_0(home: Home) -> None:
    said = process("doctor", "--json", "--home", home.path)
    assert said.status == 0, said
    assert json.loads(said.out)["history"] is False
    assert not home.path.exists(), "looking changes nothing"


def test_refused_is_1_with_one_line(home: Home) -> None:
    said = process("fleet", "summary", "--home", home.path)
    assert "no run has finished in" in said.refusal
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1


def test_wrong_usage_is_2(home: Home) -> None:
    said = process(
        "run", "--headless", "--from", "2017-12-31", "--to", "2017-04-01", "--home", home.path
    )
    assert said.status == 2
    assert "the period ends before it starts (2017-04-01)" in said.err
    assert "Traceback" not in said.err
    assert not home.path.exists()


def test_run_that_does_not_hold_is_3(home: Home) -> None:
    """The run itself is put in: what counts here is what becomes of its summary."""
    lost = msgspec.structs.replace(
        SUMMARY, records=msgspec.structs.replace(SUMMARY.records, archived=0)
    )
    for summary, status in [(lost, 3), (SUMMARY, 0)]:
        entry = (
            "import msgspec\n"
            "from infra.run import command\n"
            "from infra.run.summary import Summary\n"
            f"summary = msgspec.json.decode({msgspec.json.encode(summary)!r}, type=Summary)\n"
            "command.run = lambda **_: summary\n"
            "from infra.cli import main; main()"
        )
        said = process("run", "--headless", "--json", "--home", home.path, entry=entry)
        assert said.status == status, said
        assert msgspec.json.decode(said.out, type=Summary) == summary
        assert twin("fleet", "summary", "--home", home.path).status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--premises", "0"],
        ["run", "--premises", "many"],
        ["run", "--seed", "-1"],
        ["run", "--from", "soon"],
        ["run", "--port", "70000"],
        ["run", "--tick-hours", "0"],
        ["run", "--pace", "-1"],
        ["run", "--colour", "red"],
        ["walk"],
        ["premises", "show"],
    ],
)
def test_other_wrong_usage_is_2_too(arguments: list[str]) -> None:
    said = twin(*arguments)
    assert said.status == 2
    assert said.err.strip()


def test_port_that_is_taken(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        said = twin("run", "--port", port, "--home", home.path)
    assert f"port {port} of 127.0.0.1 is taken: choose another with `--port N`" in said.refusal


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--headless"],
        ["run"],
        ["doctor"],
        ["fleet", "summary"],
        ["premises", "show", PREMISES],
        ["premises", "history", PREMISES],
        ["dead-letters", "list"],
    ],
    ids=" ".join,
)
def test_home_that_cannot_be_there(tmp_path: Path, arguments: list[str]) -> None:
    """Below a regular file, which stops root as well."""
    said = twin(*arguments, "--home", in_the_way(tmp_path))
    assert said.refusal


@pytest.mark.parametrize(
    "content", ['{"format": 99}', "{", '{"format": 1}'], ids=["later", "broken", "partial"]
)
@pytest.mark.parametrize("command", [["run", "--headless"], ["doctor"]], ids=" ".join)
def test_home_of_another_version(home: Home, command: list[str], content: str) -> None:
    home.prepare()
    home.history_file.write_text(content)
    assert (
        "start afresh with `make clean` or another TWIN_HOME"
        in twin(*command, "--home", home.path).refusal
    )
    assert home.history_file.read_text() == content


def test_broker_that_does_not_answer(home: Home, nobody: str) -> None:
    options = ("--headless", "--premises", "5", "--broker", nobody, "--home", home.path)
    said = process("run", *options, entry=SOON)
    assert said.refusal.startswith(f"no Kafka answers at {nobody}: check the address")
    assert not (home.path / "run" / "supervisor.sock").exists(), "what was started has ended"


@pytest.mark.parametrize("address", ["127.0.0.1:port", "127.0.0.1:99999"])
def test_address_that_is_none(home: Home, address: str) -> None:
    options = ("--headless", "--premises", "5", "--broker", address, "--home", home.path)
    said = process("run", *options, entry=SOON)
    assert said.refusal.startswith(f"no Kafka answers at {address}: check the address")


@pytest.mark.parametrize("command", [["list"], ["drain", "0/0"]], ids=" ".join)
def test_dead_letters_of_a_broker_that_does_not_answer(
    home: Home, nobody: str, command: list[str]
) -> None:
    options = ("--broker", nobody, "--home", home.path)
    said = process("dead-letters", *command, *options, entry=SOON)
    assert said.refusal.startswith(f"no Kafka answers at {nobody}: check the address")


def test_dead_letters_before_any_run(home: Home) -> None:
    said = twin("dead-letters", "list", "--home", home.path)
    assert "There is no local Kafka under" in said.refusal


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("success_at_least = 0.92", "success_at_least = 1.2", "must be a share above 0"),
        ("[gate]", "[gate", "the text is not TOML here"),
        ("attempts_max = 2", "attempts = 2", "'attempts' is not a key of [policy]"),
    ],
)
def test_bad_plan(home: Home, tmp_path: Path, old: str, new: str, sentence: str) -> None:
    plan = tmp_path / "mine.toml"
    plan.write_text(PLAN.replace(old, new), "utf-8")
    refusal = twin("run", "--headless", "--plan", plan, "--home", home.path).refusal
    assert sentence in refusal
    assert "mine.toml: line " in refusal
    assert not home.history_file.exists(), "no history was begun"


def test_other_settings_for_a_history(home: Home, nobody: str) -> None:
    home.prepare()
    first = ["run", "--headless", "--broker", nobody, "--home", str(home.path)]
    from infra.commands.period import FIRST_DAY, LAST_DAY, wanted_of
    from infra.run import command
    from streams.settings import Settings

    settings = Settings(home=home.path, broker=nobody)
    wanted = wanted_of(
        premises=10_000,
        seed=1,
        starts=FIRST_DAY,
        ends=LAST_DAY,
        tick_hours=24,
        option=3,
        pin_intervention=PinIntervention.NONE,
    )
    command.begin(settings=settings, wanted=wanted, plan_files=())
    assert "(premises 10000 there, 7 asked)" in twin(*first, "--premises", "7").refusal
    assert "(seed 1 there, 2 asked)" in twin(*first, "--seed", "2").refusal


def lake_of(home: Home) -> None:
    append(open_lake(home.path), run_of(0, 3))


def test_premises_that_nobody_knows(home: Home) -> None:
    lake_of(home)
    for name in ("P0000000000000000", "nonsense", "' OR 1=1 --"):
        for command in ("show", "history"):
            said = twin("premises", command, name, "--home", home.path)
            assert said.refusal == f"premises {name} is not in the lake"


def test_premises_before_any_run(home: Home) -> None:
    said = twin("premises", "show", PREMISES, "--home", home.path)
    assert "there is no lake in" in said.refusal
    assert not home.path.exists()


def test_premises_as_it_was(home: Home) -> None:
    lake_of(home)
    shown: Said = twin("premises", "show", PREMISES, "--json", "--home", home.path)
    assert shown.status == 0
    assert json.loads(shown.out)["state"]["premises_id"] == PREMISES
    history = json.loads(twin("premises", "history", PREMISES, "--json", "--home", home.path).out)
    assert [row["offset"] for row in history] == [0, 1, 2]
    assert {row["event"] for row in history} == {"pins.pin-cleared"}
    before = twin("premises", "show", PREMISES, "--valid", "2017-06-30", "--home", home.path)
    assert before.refusal == f"premises {PREMISES} had no event by then"


def test_summary_for_people(home: Home) -> None:
    home.prepare()
    write_summary(home, SUMMARY)
    said = twin("fleet", "summary", "--home", home.path)
    assert said.status == 0
    assert "As at 31 December 2017 00:00 UTC · simulated data" in said.out
    assert "1,234" in said.out
    lines = [line.strip() for line in said.out.splitlines()]
    assert "campaign LCP-HUBS: HELD (error_gate), 1,060 members frozen" in lines
    wave = "40 of 60 confirmed, 9 failed, 5 in flight, 5 awaiting, 1 gone"
    assert f"wave 1 canary SOAKING  {wave}" in lines
    assert "excluded, not_commissioned  1,234" in lines
    assert lines.index("01 Jul 2017  started") + 1 == lines.index("09 Jul 2017  held: error_gate")


def test_summary_that_cannot_be_read_is_one_sentence(home: Home) -> None:
    home.prepare()
    (home.path / "summary.json").write_text("{")
    assert "summary.json" in twin("fleet", "summary", "--home", home.path).refusal
