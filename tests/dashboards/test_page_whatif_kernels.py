"""Kernels of what-if that are still being compiled: runs wait for them, and the page says so."""

from datetime import date

from dashboards.warmth import WARMTH, sentence
from dashboards.whatif_files import Knobs, files_of, question_of_files
from dashboards.whatif_job import Job
from tests.dashboards.addressed import opened_at

SMALL = Knobs(name="small", premises=600, starts=date(2017, 6, 1), ends=date(2018, 2, 1))


class PaperWarmer:
    """A warmer that stands as it is told to."""

    def __init__(self, *standings: str) -> None:
        self.standings = list(standings)

    def standing(self) -> str:
        return self.standings.pop(0) if len(self.standings) > 1 else self.standings[0]

    def seconds(self) -> float:
        return 12.0


def test_a_run_begins_when_the_kernels_are_compiled_and_can_be_cancelled_before(monkeypatch):
    monkeypatch.setattr(WARMTH, "one", PaperWarmer("warming"))
    waiting = Job(question_of_files(files_of(SMALL)), files_of(SMALL))
    waiting.start()
    waiting.cancel()
    waiting.wait(30)
    assert (waiting.cancelled, waiting.first, waiting.failed) == (True, None, "")
    assert waiting.progress.doing == "the kernels are being compiled"


def test_the_page_says_how_the_kernels_stand(monkeypatch, pages):
    monkeypatch.setattr(WARMTH, "one", PaperWarmer("warming"))
    app = opened_at("whatif")
    told = [one.value for one in app.markdown]
    assert any("being compiled in the background, for 12 s" in text for text in told), told
    for standing, words in (
        ("warm", "The first answer comes within seconds."),
        ("failed", "Compiling the kernels in the background broke"),
        ("unwatched", "The very first run compiles"),
    ):
        monkeypatch.setattr(WARMTH, "one", PaperWarmer(standing))
        assert sentence().startswith(words)
