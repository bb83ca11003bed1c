"""Settings of the environment as a person meets them: wrong ones are wrong usage."""

from pathlib import Path

import pytest

from infra.run.launch import environment
from streams.settings import Settings
from tests.infra.command_line import twin
from twin.vocabulary import Role

EVERY = {
    "TWIN_HOME": "there",
    "TWIN_PACE": "2.5",
    "TWIN_PORT": "8502",
    "TWIN_INBOX": "post",
    "TWIN_SECURITY": "SASL_SSL",
    "TWIN_SASL_USERNAME": "8",
    "TWIN_SASL_PASSWORD": "hush",
    "TWIN_PARTIES": '{"90-B3-D5-1F-30-00-00-01": "IS"}',
}
"""A setting of each kind."""


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("TWIN_PARTIES", "nobody", "should hold JSON"),
        ("TWIN_PARTIES", '{"me": "IS"}', "TWIN_PARTIES of the environment"),
        ("TWIN_PARTIES", '{"90-B3-D5-1F-30-00-00-01": "BOSS"}', "TWIN_PARTIES"),
        ("TWIN_PORT", "abc", "TWIN_PORT of the environment"),
        ("TWIN_PORT", "70000", "TWIN_PORT of the environment"),
        ("TWIN_PACE", "-1", "TWIN_PACE of the environment"),
        ("TWIN_SECURITY", "none", "TWIN_SECURITY of the environment"),
    ],
)
def test_a_wrong_setting_is_2_in_one_sentence(
    tmp_path: Path, variable: str, value: str, told: str
) -> None:
    lake = ("premises", "history", "P0123456789abcdef")
    said = twin(*lake, **{"TWIN_HOME": str(tmp_path), variable: value})
    assert said.status == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert "BOSS" not in said.err


@pytest.mark.parametrize(
    ("has_pages", "said", "watched"),
    [(True, None, True), (False, None, False), (False, "1", True), (True, "0", False)],
)
def test_a_run_is_watched_where_it_has_pages(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    has_pages: bool,
    said: str | None,
    watched: bool,
) -> None:
    monkeypatch.delenv("TWIN_WATCHED", raising=False)
    if said is not None:
        monkeypatch.setenv("TWIN_WATCHED", said)
    given = environment(tmp_path, Settings.here(), "127.0.0.1:9092", has_pages=has_pages)
    monkeypatch.delenv("TWIN_WATCHED", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings.here().watched is watched


def test_the_environment_says_what_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in EVERY.items():
        monkeypatch.setenv(name, value)
    found = Settings.here(port=8503)
    assert (found.home, found.inbox, found.auth) == (Path("there"), Path("post"), None)
    assert (found.pace, found.port, found.starts_max) == (2.5, 8503, Settings().starts_max)
    assert found.parties == {"90-B3-D5-1F-30-00-00-01": Role("IS")}
    assert found.client_security["sasl_plain_username"] == "8"


def test_a_password_is_for_the_broker_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in EVERY.items():
        monkeypatch.setenv(name, value)
    found = Settings.here()
    assert found.client_security["sasl_plain_password"] == "hush"
    assert "hush" not in f"{found} {found!r} {found.sasl_password}"
