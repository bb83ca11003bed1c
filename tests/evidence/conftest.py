"""A log of the emulated field: a small fleet over a summer, with one campaign."""

from pathlib import Path

import pytest

from tests.infra.command_line import twin

PLAN = Path(__file__).with_name("hubs.toml")


@pytest.fixture(scope="session")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("emulated") / "home"
    said = twin(
        "fleet",
        "generate",
        *("--premises", "250", "--seed", "5", "--from", "2017-05-20", "--to", "2017-09-10"),
        *("--plan", PLAN, "--tick-hours", "168", "--to-lake", home),
    )
    assert said.status == 0, said
    return home
