"""The ready questions that come with the twin, read from their files."""

import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from twin.campaign.toml_lines import line_of, lines_of
from twin.fleet.numbers.assumptions import shipped
from twin.whatif.doubt.named import UnknownNumber, number_of
from twin.whatif.doubt.priors import shipped_priors
from twin.whatif.emulated.asking import FieldQuestion
from twin.whatif.emulated.counting import MEASURES as FIELD_MEASURES
from twin.whatif.measures import MEASURES
from twin.whatif.reading import Question, read_question

FOLDER: Final = "questions"


class BadQuestion(ValueError):
    """A file of a ready question is wrong; the message names file, line and what would be right."""


class Programme(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A variant of a question about campaigns: a scenario file beside the question's own."""

    name: str
    scenario: str


class CampaignQuestion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Programmes to hold against each other by a measure, the first of them the usual one.

    `premises` are simulated for each of `seeds`; `draws` of the numbers of behaviour are carried
    through the cohort engine. `by` are days whose chance is asked. With `reference` the first
    variant is no choice (no region is slow): the answer is what the others cost beside it.
    """

    seeds: int
    draws: int
    premises: int
    measure: str
    better: Literal["less", "more"]
    also: tuple[str, ...] = ()
    by: tuple[date, ...] = ()
    reference: bool = False
    variants: tuple[Programme, ...]


class Ready(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ready question; it asks the field or campaigns, or is refused: one of the three.

    `beyond` says, where it is not empty, why the answer is model only; `refused` why there is none.
    """

    name: str = ""
    title: str
    question: str
    paragraph: str
    beyond: str = ""
    refused: str = ""
    field: FieldQuestion | None = None
    campaign: CampaignQuestion | None = None
    hash: str = ""

    def scenarios(self) -> dict[str, Question]:
        """The scenarios of its variants by the variant's name; empty for a question to the field.

        Raises:
            ScenarioRefused: one of them is wrong.
        """
        if self.campaign is None:
            return {}
        with as_file(files("twin.whatif").joinpath(FOLDER)) as folder:
            return {
                one.name: read_question(Path(folder) / one.scenario)
                for one in self.campaign.variants
            }


def ready_questions() -> tuple[Ready, ...]:
    """All ready questions in the order of their files' names.

    Raises:
        BadQuestion: a file is wrong.
    """
    folder = files("twin.whatif").joinpath(FOLDER)
    named = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=str)
    return tuple(read_ready(one.read_text("utf-8"), file=one.name) for one in named)


def read_ready(text: str, *, file: str) -> Ready:
    """The ready question of a text.

    Raises:
        BadQuestion: every mistake in it, with its line.
    """
    try:
        raw = tomllib.loads(text)
        found = msgspec.convert(raw, Ready)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadQuestion(f"{file}: {error}") from error
    lines = lines_of(text)
    mistakes = [
        f"line {line_of(path, lines=lines)}: {sentence}" for path, sentence in _mistakes(found)
    ]
    if mistakes:
        raise BadQuestion(f"{file} {'; '.join(mistakes)}")
    return msgspec.structs.replace(
        found,
        name=file.removesuffix(".toml").lstrip("0123456789-"),
        hash=sha256(text.encode()).hexdigest(),
    )


def _mistakes(found: Ready) -> Iterator[tuple[tuple[str, ...], str]]:
    asked = [found.field is not None, found.campaign is not None, bool(found.refused)]
    if sum(asked) != 1:
        yield (), "a question asks the [field] or [campaign], or is refused: one of the three"
    elif found.field is not None:
        yield from _of_both("field", found.field, FIELD_MEASURES)
        yield from _of_field(found.field)
    elif found.campaign is not None:
        yield from _of_both("campaign", found.campaign, MEASURES)


def _of_both(
    table: str, asked: FieldQuestion | CampaignQuestion, known: Collection[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name in (asked.measure, *asked.also):
        if name not in known:
            yield (table, "measure"), f"no measure {name}; there are {', '.join(known)}"
    if len(asked.variants) < 2:
        yield (table, "variants"), "a question needs two variants at least"
    for key, least in (("seeds", 2), ("premises", 1), ("draws", 0)):
        if getattr(asked, key) < least:
            yield (table, key), f"{key} must be {least} at least"


def _of_field(asked: FieldQuestion) -> Iterator[tuple[tuple[str, ...], str]]:
    priors = [prior.name for prior in shipped_priors()]
    for name in asked.doubts:
        if name not in priors:
            yield ("field", "doubts"), f"no prior {name}; there are {', '.join(priors)}"
    for variant in asked.variants:
        for name in variant.numbers:
            try:
                number_of(shipped(), name)
            except UnknownNumber as unknown:
                yield ("field", "variants"), str(unknown)
    if asked.ends <= asked.starts:
        yield ("field", "ends"), "the period must end after it starts"
