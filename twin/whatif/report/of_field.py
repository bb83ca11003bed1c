"""The answer of the emulated field to a ready question."""

from twin.fleet.numbers.assumptions import AssumptionRow, shipped_text
from twin.fleet.numbers.rows import assumption_rows
from twin.vocabulary.writing import capital
from twin.whatif.doubt.priors import shipped_priors
from twin.whatif.emulated.asking import FieldAnswer, FieldQuestion, ask
from twin.whatif.emulated.counting import MEASURES
from twin.whatif.emulated.running import Runner
from twin.whatif.labels import code_version
from twin.whatif.outcome import Assumed
from twin.whatif.report.answer import Answer, Bar, Picture, Table
from twin.whatif.report.files import Ready
from twin.whatif.report.sentences import leads, span, told_best
from twin.whatif.rows import shown


def of_field(ready: Ready, *, runner: Runner) -> Answer:
    """Ask the field, and say what it answered; `ready` has a question to it."""
    asked = ready.field
    assert asked is not None
    found = ask(asked, runner=runner)
    unit = f"{MEASURES[asked.measure]} for 1,000 premises"
    return Answer(
        name=ready.name,
        title=ready.title,
        question=ready.question,
        paragraph=ready.paragraph,
        finding=finding(asked, found),
        remarks=_beside(asked, found),
        label="model only" if ready.beyond else "simulated",
        why_label=ready.beyond,
        method=(
            f"The emulated field, fact by fact, {asked.premises:,} premises for each of "
            f"{asked.seeds} seeds from {asked.starts} to {asked.ends}; every hub and meter has "
            "local pairing from the first day, since the question is not about the campaign. All "
            "variants of a seed share their luck."
        ),
        sure_luck=_luck(asked, found),
        sure_doubt=_doubt(asked, found),
        pictures=tuple(_picture(measure, asked, found) for measure in (asked.measure, *asked.also)),
        fans=(),
        tables=(_table(asked, found),),
        assumed=_assumed(asked),
        left_out=(),
        question_hash=ready.hash,
        code_version=code_version(),
        basis=f"none: a generated fleet, seeds 1 to {asked.seeds}; unit: {unit}",
    )


def finding(asked: FieldQuestion, found: FieldAnswer) -> str:
    """One sentence: which variant is the best by the measure, or that luck hides it."""
    best, other = (found.of(n, asked.measure).over_seeds for n in (found.best, found.runner_up))
    return told_best(
        best=found.best,
        runner_up=found.runner_up,
        values=(best.mean, other.mean),
        lead=found.lead,
        surely=found.surely,
        better=asked.better,
        what=f"{MEASURES[asked.measure]} for 1,000 premises",
    )


def _beside(asked: FieldQuestion, found: FieldAnswer) -> tuple[str, ...]:
    """What every variant brings besides the measure that decides."""
    if not asked.also:
        return ()
    told = [
        f"{MEASURES[measure]} "
        + ", ".join(
            f"{found.of(one.name, measure).over_seeds.mean:.1f} with {one.name}"
            for one in asked.variants
        )
        for measure in asked.also
    ]
    return (f"Beside it, means for 1,000 premises: {'; '.join(told)}.",)


def _luck(asked: FieldQuestion, found: FieldAnswer) -> str:
    sure = "more than luck" if found.surely else "no more than luck may do"
    return (
        f"{found.best} less {found.runner_up}: {leads(found.lead)}, 95% interval over "
        f"{asked.seeds} seeds, paired: {sure}."
    )


def _doubt(asked: FieldQuestion, found: FieldAnswer) -> str:
    if not found.best_in_draws or not asked.draws:
        return "No number of behaviour was drawn for this question."
    wins = found.best_in_draws[found.best]
    return (
        f"Of {asked.draws} draws of {_numbers(len(asked.doubts))} of behaviour (one seed), "
        f"{found.best} is the best alone in {wins}. Drawn: {', '.join(asked.doubts)}."
    )


def _numbers(count: int) -> str:
    return "one number" if count == 1 else f"{count} numbers"


def _picture(measure: str, asked: FieldQuestion, found: FieldAnswer) -> Picture:
    bars = []
    for variant in asked.variants:
        told = found.of(variant.name, measure)
        seeds = told.over_seeds
        bars.append(
            Bar(name=variant.name, over="seeds", value=seeds.mean, low=seeds.low, high=seeds.high)
        )
        if told.over_draws is not None:
            low, mid, high = told.over_draws
            bars.append(Bar(name=variant.name, over="draws", value=mid, low=low, high=high))
    words = "; ".join(
        f"{bar.name} {bar.value:.1f} ({bar.low:.1f} to {bar.high:.1f} over {bar.over})"
        for bar in bars
    )
    title = f"{capital(MEASURES[measure])} for 1,000 premises"
    return Picture(
        title=title, axis="for 1,000 premises", bars=tuple(bars), alt=f"{title}: {words}."
    )


def _table(asked: FieldQuestion, found: FieldAnswer) -> Table:
    first = asked.variants[0].name
    rows = tuple(
        (
            one.variant,
            MEASURES[one.measure],
            f"{one.over_seeds.mean:.1f}",
            span(one.over_seeds.low, one.over_seeds.high),
            "–" if one.variant == first else leads(one.against_first),
            "–" if one.over_draws is None else span(one.over_draws[0], one.over_draws[2]),
        )
        for one in found.told
    )
    return Table(
        caption="Every variant by every measure, for 1,000 premises",
        columns=(
            "variant",
            "measure",
            "mean",
            "95% over seeds",
            f"less {first}, paired",
            "P10 to P90 over draws",
        ),
        rows=rows,
    )


def _assumed(asked: FieldQuestion) -> tuple[Assumed, ...]:
    """Every number of behaviour, those that a variant changes marked, and the priors drawn."""
    changed = {name.partition(".")[0] for v in asked.variants for name in v.numbers}
    rows = assumption_rows(text=shipped_text())
    found = [_row(name, row, overridden=name in changed) for name, row in rows.items()]
    drawn = {prior.name: prior for prior in shipped_priors()}
    return (
        *found,
        *(
            Assumed(
                name=f"prior of {name}",
                value=f"P10 {drawn[name].p10:g}, P90 {drawn[name].p90:g}",
                unit=drawn[name].unit,
                source=drawn[name].source,
                status=drawn[name].status,
            )
            for name in asked.doubts
        ),
    )


def _row(name: str, row: AssumptionRow, *, overridden: bool) -> Assumed:
    return Assumed(
        name=name,
        value=shown(row.value),
        unit=row.unit,
        source="changed by a variant" if overridden else row.source,
        status="overridden" if overridden else row.status,
    )
