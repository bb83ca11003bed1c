"""An answer's worth of figures for each of the ten questions, and the table of duties."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from twin.events.envelope import LATEST
from twin.evidence.answers.duties import table as duties_table
from twin.evidence.answers.figures import OF_QUESTIONS
from twin.evidence.answers.said import Ground
from twin.evidence.answers.what_if import KeptRun, ReadyAnswer, WhatIf
from twin.evidence.document import Document, Part, Section, Table, as_rows
from twin.evidence.processes.flow import flows
from twin.evidence.processes.mining import Log
from twin.evidence.refusals import NothingThere
from twin.evidence.review import ground as review_ground
from twin.evidence.review.counts import Rows, counts_of
from twin.evidence.review.period import Period
from twin.lake.basis import Basis

NAME: Final = "questions"
NOT_RUN: Final = "not run: make whatif"


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """A question in our words, with how sure an answer is and what it cannot say.

    `ready` are the ready what-if questions that bear on it, by their names, and `runs` the
    scenarios whose kept runs do.
    """

    number: int
    asks: str
    paragraphs: tuple[str, ...]
    sure: str
    cannot: str
    ready: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


@cache
def questions() -> tuple[Question, ...]:
    """The ten questions, in their order.

    Raises:
        msgspec.ValidationError: a row lacks something or says too much.
    """
    text = files("twin.evidence.answers").joinpath("questions.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["questions"], tuple[Question, ...])


def answer(lake_files: Sequence[Path], basis: Basis, *, foot: str, what_if: WhatIf) -> Document:
    """The figures that a basis gives for every question, with what what-if has on it.

    Raises:
        NothingThere: the basis knows no fact about premises.
    """
    ground = ground_of(lake_files, basis)
    until = ground.counts.known_until
    sections = [_section(question, ground, what_if) for question in questions()]
    return Document(
        name=NAME,
        title="Questions Q1 to Q10: what the twin can say",
        subtitle=f"Figures as known of everything until {until:%-d %B %Y}. The fleet is simulated.",
        foot=foot,
        dated=until.isoformat(),
        sections=(*sections, Section("Duties of the source", (duties_table(),))),
    )


def ground_of(lake_files: Sequence[Path], basis: Basis) -> Ground:
    """The counts and processes of everything that a basis knows.

    Raises:
        NothingThere: it knows no fact about premises.
    """
    none = NothingThere("the basis holds no fact about premises: there is nothing to answer by")
    span = review_ground.span_of(lake_files, basis.positions)
    if span is None:
        raise none
    whole = Period("everything", span[0].date(), LATEST.date())
    held = review_ground.Ground(lake_files, basis, until=LATEST, known=span)
    try:
        counts = counts_of(held, whole)
        upgraded: Rows = tuple(review_ground.rows_of(held.review("upgraded")))
        overseen = held.overseen()
    finally:
        held.close()
    if counts is None:
        raise none
    log = Log(lake_files, basis)
    try:
        return Ground(
            counts=counts,
            ran={key: log.ran(flow) for key, flow in flows().items()},
            upgraded=upgraded,
            campaign_days=log.campaign_days(),
            outages=log.outages(),
            overseen=overseen,
        )
    finally:
        log.close()


def _section(question: Question, ground: Ground, what_if: WhatIf) -> Section:
    found = OF_QUESTIONS[question.number](ground)
    figures = Table(
        name=f"q{question.number}",
        title=f"Figures for Q{question.number}",
        columns=("figure", "value", "comes from"),
        rows=as_rows((one.name, one.value, one.comes_from) for one in found),
        sources=question.paragraphs,
    )
    parts: list[Part] = [question.asks, figures, *_what_if(question, what_if)]
    parts += [f"How sure: {question.sure}", f"What it cannot say: {question.cannot}"]
    return Section(f"Q{question.number}", tuple(parts))


def _what_if(question: Question, held: WhatIf) -> list[Part]:
    """What bears on a question, by name; Q2 and Q10 need none."""
    if not question.ready:
        return []
    ready = [one for one in held.ready if one.name in question.ready]
    runs = [one for one in held.runs if one.name in question.runs]
    missing = sorted(set(question.ready) - {one.name for one in ready})
    parts: list[Part] = []
    if ready:
        parts.append(_ready(question, ready))
    if missing:
        parts.append(f"What-if questions that bear on it: {', '.join(missing)}: {NOT_RUN}.")
    return [*parts, _kept(question, runs)] if runs else parts


def _ready(question: Question, found: list[ReadyAnswer]) -> Table:
    rows = [
        (one.name, one.finding, one.label, one.sure_luck, one.sure_doubt, one.code_version)
        for one in found
    ]
    return Table(
        name=f"q{question.number}_ready",
        title="What what-if answers on this question",
        columns=("question", "finding", "label", "by luck", "by doubt", "code"),
        rows=as_rows(rows),
        note="A what-if is a model; its page in build/whatif says what was assumed.",
        sources=question.paragraphs,
    )


def _kept(question: Question, found: list[KeptRun]) -> Table:
    rows = [
        (run.name, run.label, run.premises, run.capable, run.exposed, run.end, run.code_version)
        for run in found
    ]
    return Table(
        name=f"q{question.number}_what_if",
        title="What-if runs on this question",
        columns=("run", "label", "premises", "capable", "exposed", "ends", "code"),
        rows=as_rows(rows),
        note="A what-if is a model: its report says what was assumed and for which seed.",
        sources=question.paragraphs,
    )
