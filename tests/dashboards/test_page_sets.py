"""Opening published sets."""

import shutil
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from dashboards.queries import MartMissing, latest_day, open_current, read_set
from dashboards.settings import CLOCK, HOME, LIVE, read_settings
from tests.marts import sample
from twin.marts.publish import current_set


def test_no_set_is_no_error(tmp_path):
    assert open_current(tmp_path) is None


def test_a_set_is_read_whole_and_survives_its_removal(tmp_path):
    folder = sample.sample_home(tmp_path, premises=12)
    published = open_current(tmp_path)
    shutil.rmtree(folder)
    assert published.meta.premises == 12
    assert latest_day(published.mart("progress_daily"))["installed_premises"] == 12
    assert open_current(tmp_path) is None


def test_a_set_that_goes_while_it_is_read_gives_way_to_the_next(tmp_path):
    sample.sample_home(tmp_path, premises=4, set_id="one")
    folders = []

    def read(folder: Path):
        folders.append(folder.name)
        if folder.name == "one":
            sample.sample_home(tmp_path, premises=5, set_id="two")
            shutil.rmtree(folder)
        return read_set(folder)

    assert open_current(tmp_path, read=read).meta.set_id == "two"
    assert folders == ["one", "two"]


def test_lake_files_stand_under_the_home_wherever_it_is(tmp_path, sample_home):
    published = read_set(current_set(sample_home))
    assert all(path.is_file() for path in published.lake_files(sample_home))
    assert published.lake_files(tmp_path)[0].is_relative_to(tmp_path)


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    for name in (HOME, LIVE, CLOCK):
        monkeypatch.delenv(name, raising=False)
    assert read_settings().live_every == "1s"
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setenv(LIVE, "0")
    monkeypatch.setenv(CLOCK, "2026-11-24T13:00:00+01:00")
    settings = read_settings()
    assert (settings.home, settings.live_every) == (tmp_path, None)
    assert settings.now.isoformat() == "2026-11-24T12:00:00+00:00"
    monkeypatch.setenv(CLOCK, "2026-11-24T13:00:00")
    with pytest.raises(ValueError, match="offset"):
        read_settings()
    monkeypatch.delenv(CLOCK)
    monkeypatch.setenv(LIVE, "5")
    assert read_settings().live_every == "5s"
    monkeypatch.setenv(LIVE, "often")
    with pytest.raises(ValueError, match="TWIN_LIVE is no whole number of seconds"):
        read_settings()


def test_a_set_of_an_older_version_names_what_it_lacks(tmp_path):
    folder = sample.sample_home(tmp_path, premises=4)
    (folder / "campaigns.parquet").unlink()
    with pytest.raises(MartMissing) as missing:
        read_set(folder).mart("campaigns")
    assert (missing.value.name, missing.value.code_version) == ("campaigns", "0.1.0")


def test_the_pages_keep_to_this_machine_and_show_no_error_of_the_code():
    """What the page server is configured by; nothing on its command line says it again."""
    told = tomllib.loads((files("dashboards") / ".streamlit" / "config.toml").read_text())
    assert told["server"]["address"] == "127.0.0.1"
    assert told["client"]["showErrorDetails"] == "type"
    assert told["client"]["showErrorLinks"] is False
    assert told["browser"]["gatherUsageStats"] is False
