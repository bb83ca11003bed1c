"""A lost log is noticed before anything is started, and nothing is changed by that (D23)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from infra.broker import LocalBroker, StorageUnreadable
from infra.commands.period import wanted_of
from infra.run.command import begin
from infra.run.guard import require_storage
from infra.run.history import History, Home, HomeRefused, LogLost, adopt, bound
from streams.epochs import Birth, Epochs
from streams.settings import Settings
from tests.infra.command_line import twin
from tests.infra.test_infra_history import WANTED
from twin.vocabulary import PinIntervention

OWN, OTHER = "AAAAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBBB"
SMALL = ("--premises", "100", "--from", "2017-04-01", "--to", "2017-04-03", "--headless")


def formatted(home: Path, cluster_id: str) -> None:
    """The data folder of a local Kafka, as its own tool makes it."""
    folder = home / "kafka" / "data"
    folder.mkdir(parents=True)
    (folder / "meta.properties").write_text(f"version=1\nnode.id=1\ncluster.id={cluster_id}\n")


def test_data_that_are_gone_are_noticed(tmp_path: Path) -> None:
    broker, history = LocalBroker(tmp_path), replace(WANTED, cluster_id=OWN)
    require_storage(broker, WANTED)  # not begun yet: they are made
    with pytest.raises(LogLost, match=rf"cluster {OWN}\) are not under .*kafka any more: go on in"):
        require_storage(broker, history)
    formatted(tmp_path, OWN)
    require_storage(broker, history)


def test_data_of_another_cluster_are_noticed(tmp_path: Path) -> None:
    formatted(tmp_path, OTHER)
    with pytest.raises(LogLost, match=rf"is cluster {OTHER}, and the log .* cluster {OWN}: go on"):
        require_storage(LocalBroker(tmp_path), replace(WANTED, cluster_id=OWN))


def test_data_that_nobody_can_read_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kafka" / "data").mkdir(parents=True)
    with pytest.raises(StorageUnreadable, match="twin run --restore"):
        require_storage(LocalBroker(tmp_path), replace(WANTED, cluster_id=OWN))


def test_topic_that_was_made_anew_is_known_by_its_id() -> None:
    tied = bound(WANTED, cluster_id=OWN, topic_ids={"clock.ticks": "1"})
    more = bound(tied, cluster_id=OWN, topic_ids={"clock.ticks": "1", "devices-changelog": "2"})
    assert more.topic_ids == {"clock.ticks": "1", "devices-changelog": "2"}
    assert bound(more, cluster_id=OWN, topic_ids={}) == more
    with pytest.raises(LogLost, match=r"topic clock.ticks was deleted and made anew"):
        bound(more, cluster_id=OWN, topic_ids={"clock.ticks": "3"})
    with pytest.raises(LogLost, match=rf"on cluster {OWN}, but cluster {OTHER} answers"):
        bound(more, cluster_id=OTHER, topic_ids=more.topic_ids)


def test_every_such_sentence_names_both_ways_out() -> None:
    said = str(LogLost("x"))
    assert "`twin run --restore`" in said
    assert "`make clean`" in said


def test_history_of_an_earlier_version_is_that_of_epoch_0(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.write(replace(WANTED, cluster_id=OWN))
    content = json.loads(home.history_file.read_bytes())
    for later in ("births", "topic_ids", "archived_whole"):
        del content[later]
    home.history_file.write_text(json.dumps(content))
    found = home.history()
    assert found == replace(WANTED, cluster_id=OWN)
    assert found.epochs == Epochs()


def test_restored_history_may_go_on_with_another_broker(tmp_path: Path) -> None:
    home = Home(tmp_path)
    held = replace(WANTED, cluster_id=OWN)
    home.write(held)
    elsewhere = replace(WANTED, broker="127.0.0.1:9092")
    with pytest.raises(HomeRefused, match="broker local there"):
        adopt(home, elsewhere)
    assert adopt(home, elsewhere, restore=True) == held
    with pytest.raises(HomeRefused, match="seed 1 there, 2 asked"):
        adopt(home, replace(elsewhere, seed=2), restore=True)


@pytest.mark.parametrize("begun", [None, WANTED])
def test_without_a_log_there_is_nothing_to_restore(tmp_path: Path, begun: History | None) -> None:
    home = Home(tmp_path)
    if begun is not None:
        home.write(begun)
    with pytest.raises(HomeRefused, match=r"no log was begun in .* nothing to restore"):
        adopt(home, WANTED, restore=True)
    assert home.history() == begun


def test_place_has_the_epoch_that_it_was_written_in() -> None:
    epochs = Epochs(
        (
            Birth(1, "lost", {"premises.events": {0: 5, 1: 3}, "clock.ticks": {0: 2}}),
            Birth(2, "too", {"premises.events": {0: 8, 1: 3}, "clock.ticks": {0: 2}}),
        )
    )
    assert [epochs.of("premises.events", 0, at) for at in range(10)] == [0] * 5 + [1] * 3 + [2] * 2
    assert [epochs.of("premises.events", 1, at) for at in range(5)] == [0] * 3 + [2] * 2
    assert epochs.of("clock.ticks", 0, 1) == 0
    # of a topic that is not restored everything is new
    assert (epochs.of("dcc.messages", 0, 0), epochs.newest) == (2, 2)
    assert (Epochs().of("premises.events", 0, 7), Epochs().newest) == (0, 0)


def test_command_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "twin"
    refused = twin("run", *SMALL, "--restore", "--home", home)
    assert "no log was begun" in refused.refusal
    history = tmp_path / "twin" / "history.json"
    assert not history.exists()
    wanted = wanted_of(
        premises=100,
        seed=1,
        starts=datetime(2017, 4, 1, tzinfo=UTC),
        ends=datetime(2017, 4, 3, tzinfo=UTC),
        tick_hours=24,
        option=3,
        pin_intervention=PinIntervention.NONE,
    )
    folder, found = begin(settings=Settings(home=home), wanted=wanted, plan_files=())
    folder.write(replace(found, cluster_id=OWN))
    before = history.read_bytes()
    lost = twin("run", *SMALL, "--home", home)
    assert "twin run --restore" in lost.refusal
    assert "make clean" in lost.refusal
    assert history.read_bytes() == before
    assert not (home / "kafka" / "data").exists()
    assert not (home / "run" / "supervisord.pid").exists()
