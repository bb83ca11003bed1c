"""What a forecast refuses, with a sentence, and what is a bug."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.forecast.asked import BARE, answer_to, frame
from twin.forecast.answer import NoForecast
from twin.forecast.plan_ahead import WaveAhead


def test_an_empty_campaign_is_refused_with_a_sentence() -> None:
    assert answer_to(frame()) == NoForecast(
        "the campaign has no members, so it has no end to forecast."
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((1, 5, 3, "FAILED"), "1 executions are settled before they were released."),
        ((1, 0, 60, "FAILED"), "1 executions are settled after the basis."),
        ((1, 60, None, None), "1 executions are released after the basis."),
        ((1, 0, None, "FAILED"), "1 executions have an outcome and no time of it."),
        ((1, 0, 3, None), "1 executions are settled without an outcome."),
        ((9, None, None, None), "wave 9 has members and is not in the plan."),
    ],
)
def test_what_cannot_be_true_is_refused(
    row: tuple[int, int | None, int | None, str | None], said: str
) -> None:
    assert answer_to(frame((1, 0, 3, "CONFIRMED"), row)) == NoForecast(said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"now": datetime(2017, 8, 1)}, "the basis has no time zone."),  # noqa: DTZ001
        ({"waves": ()}, "the plan has no wave."),
        ({"waves": (WaveAhead(wave=2), WaveAhead(wave=1))}, "not numbered upwards"),
        ({"waves": (WaveAhead(wave=1, release=(0.5, 0.4)),)}, "does not add up to 1"),
        ({"waves": (WaveAhead(wave=1, release=(float("nan"),)),)}, "does not add up to 1"),
        ({"attempts_max": 0}, "at least one"),
        ({"settled_at_least": float("nan")}, "settled_at_least"),
        ({"confirmed_share": 1.5}, "confirmed_share"),
        ({"advance_lag_days": -1}, "lag"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changes: dict[str, object], said: str) -> None:
    answer = answer_to(frame((1, 0, 3, "CONFIRMED")), replace(BARE, **changes))
    assert isinstance(answer, NoForecast)
    assert said in answer.why


def test_a_missing_column_is_a_bug() -> None:
    with pytest.raises(ValueError, match="settled_at"):
        answer_to(frame().drop("settled_at"))
