"""`twin whatif`: simulate a programme from a scenario file, and look at the runs that are kept."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import asdict, replace
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from infra.commands.folders import home_folder
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.commands.whatif_given import past_of, place_of
from infra.commands.whatif_kept import Out, files_given, shelf_of
from infra.refusals import CommandRefused
from infra.run.equipment import catalogue_of
from infra.run.history import Home
from twin.whatif.answer_shelf import JOINS, kept_answers, told
from twin.whatif.engine import run
from twin.whatif.observed import NothingObserved
from twin.whatif.outcome import Outcome
from twin.whatif.progress import Asked, Cancelled, Progress, Tell
from twin.whatif.reading import Question, ScenarioRefused, read_question
from twin.whatif.shelf import fetched, keep, kept, summary

app = typer.Typer(no_args_is_help=True)

ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario, TOML or YAML.")]
Sample = Annotated[
    float | None,
    typer.Option(metavar="SHARE", help="Simulate a share of the premises, such as 0.01."),
]
Threads = Annotated[int | None, typer.Option(min=1, max=256, help="All cores otherwise.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of a run, or of an answer.")]


@app.command("run")
def run_scenario(
    file: ScenarioFile,
    sample: Sample = None,
    threads: Threads = None,
    out: Out = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Run a scenario, say what comes of it, and keep it under its name."""
    question = _question(file, sample)
    past = past_of(question, home=home, place=place_of(file))
    with _ended_by_signal() as cancelled, _bar() as progress:
        try:
            outcome = run(
                question,
                threads=threads,
                progress=progress,
                cancelled=cancelled,
                catalogue=catalogue_of(Home(home_folder(home))),
                past=past,
            )
        except NothingObserved as error:
            raise CommandRefused(f"{place_of(file)}: {error}") from error
        except Cancelled:
            raise CommandRefused("the run was ended from outside; nothing of it is kept") from None
    own = _kept(outcome, question, file, shelf_of(out, home))
    if as_json:
        say_json({**summary(outcome), "folder": str(own), "timings": asdict(outcome.timings)})
        return
    _tell(outcome)
    say(f"kept in {own}")


@app.command("list")
def listing(out: Out = None, home: HomeFolder = None, as_json: Json = False) -> None:
    """List the runs that are kept, and the answers of compare, doubt and optimise."""
    folder = shelf_of(out, home)
    runs, answers = kept(folder), kept_answers(folder)
    if as_json:
        say_json([*runs, *answers])
        return
    for one in runs:
        say(
            f"{one.name}: {one.stored_at:%Y-%m-%d %H:%M}, seed {one.seed}, results "
            f"{one.results_hash[:12]}, {one.timings.total:.1f} s on {one.timings.threads} threads"
        )
    for answer in answers:
        say(
            f"{answer.name}: {answer.stored_at:%Y-%m-%d %H:%M}, results {answer.result_hash[:12]}, "
            f"{answer.seconds:.1f} s: {answer.finding}"
        )
    say(f"{len(runs)} runs, {len(answers)} answers")


@app.command("show")
def show(name: Name, out: Out = None, home: HomeFolder = None, as_json: Json = False) -> None:
    """Show a run that is kept, or an answer, by its name in the list."""
    folder = shelf_of(out, home)
    if JOINS in name:
        result, words = told(folder, name)
        say((result.decode() if as_json else words).rstrip())
        return
    outcome = fetched(folder, name)
    if as_json:
        say_json(summary(outcome))
        return
    _tell(outcome)


def _question(file: Path, sample: float | None) -> Question:
    """The question of a file, perhaps of a sample of its fleet.

    Raises:
        CommandRefused: something is wrong with the file, line by line.
    """
    try:
        question = read_question(file)
        if sample is None:
            return question
        if not 0 < sample <= 1 or question.scenario.basis is not None:
            raise typer.BadParameter("--sample is a share above 0, of a generated fleet")
        return replace(question, scenario=replace(question.scenario, sample=sample))
    except ScenarioRefused as refused:
        raise CommandRefused("; ".join(map(str, refused.mistakes))) from refused


def _kept(outcome: Outcome, question: Question, file: Path, folder: Path) -> Path:
    given = files_given(question, file)
    try:
        return keep(outcome, question=question, given=given, folder=folder, now=datetime.now(UTC))
    except OSError as error:
        raise CommandRefused(f"{folder} cannot be written: {error.strerror}") from error


def _tell(outcome: Outcome) -> None:
    """The figures that a person looks at first."""
    header = outcome.header
    say(f"{header.name}: {header.title or 'a scenario'} ({header.label}: {header.why_label})")
    share = "" if header.sample == 1 else f", each for {header.weight:,.0f}"
    say(f"{header.premises:,} premises simulated{share}; {header.capable:,} capable at the end")
    for one in header.campaigns:
        ends = f"ends {one.ends}" if one.ends else "is not over within the horizon"
        say(f"  {one.campaign_id} {ends}: {one.confirmed:,} of {one.members:,} confirmed")
    say(f"all campaigns end {header.end}" if header.end else "the programme does not end in time")
    say(f"{header.exposed:,} devices held a bad image, {header.struck:,} failed because of it")
    for met in header.obligations:
        verdict = "is met" if met.met else f"is not met: {met.short:,} premises are short"
        say(f"  {met.obligation} by {met.by} {verdict}")
    overridden = [one for one in header.assumed if one.status == "overridden"]
    say_table([(one.name, f"{one.value} {one.unit} (the scenario's)") for one in overridden])
    say(f"it rests on {len(header.assumed)} assumptions, listed with the run; left out:")
    for sentence in header.left_out:
        say(f"  {sentence}")


@contextmanager
def _ended_by_signal() -> Iterator[Asked]:
    """Whether somebody wants the run to end: by an interrupt, or from outside."""
    asked: list[int] = []
    before = [
        signal.signal(one, lambda number, _: asked.append(number))
        for one in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        yield lambda: bool(asked)
    finally:
        for one, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(one, handler)


@contextmanager
def _bar() -> Iterator[Tell]:
    """A bar on standard error, where somebody looks at it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def tell(progress: Progress) -> None:
            bar.update(task, completed=progress.done, description=progress.doing)

        yield tell
