"""Pages of the whole lake while what they show is being made, is of an older set, or cannot be."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.counting_parts import AGAIN, ANEW, being_made, older
from dashboards.made_shelf import Made, MadeOf
from dashboards.making import MAKING, OwnMaker, Work
from dashboards.orders import Failed
from tests.dashboards.addressed import opened_at
from tests.dashboards.opening import opened
from twin.evidence.answers.questions import questions
from twin.evidence.processes.flow import flows

NOW = datetime(2026, 11, 24, 12, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("pages")


class SlowMaker(OwnMaker):
    """A maker that has made nothing until it is told to; what it is asked for stays at work."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Work] = []

    def work(self, home, order):
        return next(
            (w for w in self.asked if (w.wanted.home, w.wanted.order) == (home, order)), None
        )

    def ask(self, wanted):
        ended = Event()
        ended.set()  # a test need not sit out the allowance
        work = Work(wanted, begun=True, ended=ended)
        self.asked = [one for one in self.asked if one.wanted.order != wanted.order] + [work]
        return work

    def finish(self) -> None:
        """Make all that is asked for."""
        done, self.asked = self.asked, []
        for work in done:
            super().ask(work.wanted)

    def fail(self, why: Failed) -> None:
        for work in self.asked:
            work.failed = why


@pytest.fixture
def slow(monkeypatch) -> SlowMaker:
    maker = SlowMaker()
    monkeypatch.setattr(MAKING, "one", maker)
    return maker


def told(app: AppTest) -> str:
    return " ".join(one.value for one in app.info)


def test_a_page_is_never_blank_while_its_figures_are_being_made(slow):
    being = "Being made since 24 November 2026, 12:01 UTC (0 seconds): "
    app = opened("evidence")
    assert f"{being}the answers, of a log of 3,529 records." in told(app)
    assert app.dataframe[0].value["asks"].tolist() == [one.asks for one in questions()]
    assert all(one.proto.alt for one in app.dataframe)
    process = opened("process", process="pin_reset")
    assert f"{being}the processes, of a log of 3,529 records." in told(process)
    assert flows()["pin_reset"].name in [one.value for one in process.subheader]
    assert len(process.get("image")) == 1
    review = opened_at("han_review")
    assert f"{being}the quarters that the log has, of a log of" in told(review)
    assert {"Ask", "Note the answer"} <= {one.label for one in review.button}
    slow.finish()
    app.run()
    assert not app.exception
    assert "The twin holds something for" in app.header[0].value
    assert "Being made" not in told(app)
    review.run()
    assert not review.exception
    assert f"{being}the review of 2017-Q3, of a log of" in told(review)
    slow.finish()
    review.run()
    assert "findings of 2017-Q3" in review.header[0].value


def test_what_an_older_set_gave_is_shown_with_its_age_while_a_newer_is_made(slow):
    app = opened("process", process="pin_reset")
    (work,) = slow.asked
    slow.finish()
    ((place, made),) = slow._made.items()
    old = MadeOf("before", 1_200, work.wanted.now - timedelta(hours=3), 42.0)
    slow._made[place] = Made(made.value, old)
    app.run()
    assert (
        "Of an older basis: the processes, made of before (1,200 records) 3 hours ago, in 42 s. A "
        "newer set is published." in told(app)
    )
    assert {one.label for one in app.metric} >= {"Cases", "Variants"}
    next(one for one in app.button if one.label == ANEW).click().run()
    assert not app.exception
    assert "made of before" in told(app)
    assert "Being made since" in told(app)
    assert app.metric
    assert not [one for one in app.button if one.label == ANEW], "it is asked for already"


def test_what_could_not_be_made_is_said_and_tried_again_when_asked(slow):
    app = opened("process", process="pin_reset")
    slow.fail(Failed("broken", "the process that makes it ended with -9"))
    app.run()
    assert not app.exception
    assert (
        "Could not be made: the processes; the process that makes it ended with -9. The log of the "
        "page server says more, and every other page works." in app.error[0].value
    )
    assert len(app.get("image")) == 1, "what is designed still shows"
    first = slow.asked
    app.run()
    assert slow.asked == first, "it is not tried again by itself"
    next(one for one in app.button if one.label == AGAIN).click().run()
    assert not app.error
    assert "Being made since" in told(app)


def test_the_sentences_say_since_when_of_what_and_whether_its_turn_has_come(slow):
    opened("process")
    (work,) = slow.asked
    later = work.wanted.now + timedelta(minutes=2)
    assert "Being made since 24 November 2026, 12:01 UTC (2 minutes): x, of a log of" in (
        being_made(work, "x", now=later)
    )
    work.begun = False
    assert being_made(work, "x", now=later).startswith("Waiting until another thing is made since")
    assert "made of b (1 record) 2 minutes ago, in 3 s." in older(
        MadeOf("b", 1, NOW, 3.2), "x", now=NOW + timedelta(minutes=2)
    )
