"""A small history under a stricter gate, as a programme manager reads it."""

from pathlib import Path

import pytest

from infra.commands.gates_replay import print_comparison
from tests.replay.replay_toy import HUBS, METERS, STRICTER, mended_run, pair_of, recorded_run
from twin.replay.comparison import compare

GOLDEN = Path(__file__).with_name("stricter_gate.golden")


def test_a_stricter_gate_as_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = recorded_run(mended_run((HUBS, METERS), days=70))
    print_comparison(compare(pair_of(found, STRICTER), seed=1), is_other=True)
    assert capsys.readouterr().out == GOLDEN.read_text(encoding="utf-8")
