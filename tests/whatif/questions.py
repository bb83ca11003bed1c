"""Questions for tests, from a text as a planner would write it."""

from importlib.resources import files
from pathlib import Path

from tests.whatif.oracle_world import Event
from twin.ingest.catalogue import shipped_catalogue
from twin.whatif.engine import Simulation
from twin.whatif.events import events_of
from twin.whatif.progress import never, silent
from twin.whatif.reading import Question, question_of
from twin.whatif.threads import Crew

HUBS = (files("twin.campaign") / "plans" / "lcp-hubs.toml").read_text(encoding="utf-8")


def text_of(
    *,
    premises: int = 1000,
    seed: int = 1,
    starts: str = "2017-06-20",
    top: str = "",
    more: str = "",
) -> str:
    """The text of a scenario file."""
    return f"""name = "asked"
seed = {seed}
{top}
[horizon]
from = {starts}
to = 2018-01-01
[fleet]
premises = {premises}
{more}
"""


def asked(
    folder: Path,
    *,
    plan: str | None = None,
    premises: int = 1000,
    seed: int = 1,
    top: str = "",
    more: str = "",
    starts: str = "2017-06-20",
) -> Question:
    """A question; with a plan of its own, or about the default programme."""
    if plan is not None:
        (folder / "plan.toml").write_text(plan, encoding="utf-8")
        top += '\nplans = ["plan.toml"]'
    text = text_of(premises=premises, seed=seed, top=top, more=more, starts=starts)
    return question_of(text, name="asked.toml", folder=folder)


def simulated(question: Question) -> Simulation:
    """A run on one thread whose batches are kept."""
    crew = Crew(threads=1, progress=silent, cancelled=never)
    found = Simulation(question, shipped_catalogue(), crew, keep=True)
    found.populate()
    found.course.whole()
    return found


def our_events(question: Question) -> list[Event]:
    """All events of a run within its horizon, in order."""
    found, days = simulated(question), question.scenario.horizon.days
    return sorted(
        event
        for name, running in found.course.running.items()
        for event in events_of(running, found.batches[name])
        if event[0] < days
    )
