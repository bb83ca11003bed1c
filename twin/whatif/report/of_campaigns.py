"""The answer of the engines to a ready question about campaigns: exact runs, and draws."""

from collections.abc import Sequence

from twin.vocabulary.writing import capital
from twin.whatif.compare import Run
from twin.whatif.doubt.drawing import Doubt
from twin.whatif.intervals import interval
from twin.whatif.labels import code_version
from twin.whatif.measures import MEASURES
from twin.whatif.outcome import Assumed
from twin.whatif.report.answer import Answer, Bar, Label, Picture
from twin.whatif.report.fans import fan_of, months_of
from twin.whatif.report.files import CampaignQuestion, Ready
from twin.whatif.report.findings import finding, of_luck
from twin.whatif.report.sentences import shown, span
from twin.whatif.report.tables import by_measure, dates, tornado
from twin.whatif.report.variants import Found, end_at, variant_of
from twin.whatif.report.waves import how_waves_ended, sooner_by_failing


def of_campaigns(ready: Ready, *, run: Run) -> Answer:
    """Run every variant with every seed, draw the doubt, and say what it comes to."""
    asked = ready.campaign
    assert asked is not None
    found = [variant_of(name, question, asked, run) for name, question in ready.scenarios().items()]
    one = found[0].outcomes[0].header
    label, why = labelled(ready, found)
    return Answer(
        name=ready.name,
        title=ready.title,
        question=ready.question,
        paragraph=ready.paragraph,
        finding=finding(asked, found),
        remarks=sooner_by_failing(found),
        label=label,
        why_label=why,
        method=_method(asked, found),
        sure_luck=of_luck(asked, found),
        sure_doubt=_doubt(asked, found),
        pictures=tuple(_picture(name, found) for name in (asked.measure, *asked.also)),
        fans=tuple(fan for one in found for fan in fan_of(one.name, one.doubt)),
        tables=(
            by_measure(asked, found),
            dates(asked, found),
            how_waves_ended(found),
            *tornado(found),
            *(table for one in found for table in months_of(one.name, one.doubt)),
        ),
        assumed=_assumed(found),
        left_out=one.left_out,
        question_hash=ready.hash,
        code_version=code_version(),
        basis=f"{one.basis or 'none: a generated fleet'}, "
        + ", ".join(f"{v.name} {v.question.hash[:12]}" for v in found),
    )


def _method(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    scenario, header = found[0].question.scenario, found[0].outcomes[0].header
    said = (
        f"The exact engine, premises by premises: {header.premises:,} of a fleet of "
        f"{scenario.premises:,} for each of {asked.seeds} seeds, with common luck; "
        f"{_engines(found)}."
    )
    if header.sample == 1:
        return said
    return (
        f"{said} A gate counts devices, so a sample is judged on less evidence than the whole "
        "fleet: what it finds, it finds later than the nation would."
    )


def _engines(found: Sequence[Found]) -> str:
    """What carried the draws; exact runs of a sample where cohorts do not carry a variant."""
    drawn = [(one.name, one.doubt) for one in found if one.doubt is not None]
    if not drawn:
        return "no draws of the numbers of behaviour"
    said = [
        f"for {name}, {doubt.draws} exact runs of {doubt.simulated:,} premises, since cohorts do "
        f"not carry {', '.join(doubt.beyond)}"
        for name, doubt in drawn
        if doubt.simulated
    ]
    carried = [doubt.draws for _, doubt in drawn if not doubt.simulated]
    if carried:
        said.insert(0, f"the cohort engine for {carried[0]} draws of the whole fleet")
    return "; ".join(said)


def labelled(ready: Ready, found: Sequence[Found]) -> tuple[Label, str]:
    """The question's own label, or that of a variant that is beyond evidence."""
    if ready.beyond:
        return "model only", ready.beyond
    for one in found:
        header = one.outcomes[0].header
        if header.label == "model only":
            return "model only", header.why_label
    return "simulated", ""


def _doubt(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    said = [
        f"{one.name}: the end from P10 {end_at(one.doubt, 0.1)} to P90 {end_at(one.doubt, 0.9)}"
        f"{_exposed(asked, one.doubt)} of {one.doubt.draws} draws"
        for one in found
        if one.doubt is not None
    ]
    if not said:
        return "none were drawn, so nothing is said of what other numbers would move."
    return "; ".join(said) + "."


def _exposed(asked: CampaignQuestion, drawn: Doubt) -> str:
    if "exposed" not in (asked.measure, *asked.also):
        return ""
    low, high = (drawn.exposed_at(percent) for percent in (10, 90))
    return f" and devices exposed from {shown(low)} to {shown(high)}"


def _picture(measure: str, found: Sequence[Found]) -> Picture:
    what, axis = MEASURES[measure]
    if measure == "end":
        axis = "day on which the last campaign is over"
    bars = []
    for one in found:
        seeds = interval(one.values(measure))
        bars.append(
            Bar(name=one.name, over="seeds", value=seeds.mean, low=seeds.low, high=seeds.high)
        )
        bars += _drawn(measure, one)
    words = "; ".join(
        f"{bar.name} {shown(bar.value)} ({span(bar.low, bar.high)} over {bar.over})" for bar in bars
    )
    title = capital(what)
    return Picture(
        title=title,
        axis=axis,
        bars=tuple(bars),
        alt=f"{title}, {axis}: {words}.",
        starts=found[0].question.scenario.horizon.starts if measure == "end" else None,
    )


def _drawn(measure: str, one: Found) -> list[Bar]:
    """The bar of the draws, P10 to P90, where the cohort engine has the measure."""
    if one.doubt is None or measure not in ("end", "exposed"):
        return []
    if measure == "end":
        numbers = [one.doubt.end_at(share) for share in (0.1, 0.5, 0.9)]
        low, mid, high = (float(one.doubt.days if n < 0 else n) for n in numbers)
    else:
        low, mid, high = (
            one.doubt.exposed_at(10),
            one.doubt.exposed_at(50),
            one.doubt.exposed_at(90),
        )
    return [Bar(name=one.name, over="draws", value=mid, low=low, high=high)]


def _assumed(found: Sequence[Found]) -> tuple[Assumed, ...]:
    """What every variant rests on; a row that variants have otherwise stands once for each."""
    rows: dict[tuple[str, str], Assumed] = {}
    for one in found:
        for row in one.outcomes[0].header.assumed:
            rows.setdefault((row.name, row.value), row)
    priors = found[0].doubt.priors if found[0].doubt else ()
    return (
        *rows.values(),
        *(
            Assumed(
                name=f"prior of {prior.name}",
                value=f"P10 {prior.p10:g}, P90 {prior.p90:g}",
                unit=prior.unit,
                source=prior.source,
                status=prior.status,
            )
            for prior in priors
        ),
    )
