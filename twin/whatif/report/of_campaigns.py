"""The answer of the engines to a ready question about campaigns: exact runs, and draws."""

from collections.abc import Sequence
from datetime import timedelta

from twin.whatif.compare import Run
from twin.whatif.intervals import Interval, interval, paired
from twin.whatif.labels import code_version
from twin.whatif.measures import MEASURES
from twin.whatif.outcome import Assumed
from twin.whatif.report.answer import Answer, Bar, Label, Picture
from twin.whatif.report.fans import fan_of, months_of
from twin.whatif.report.files import CampaignQuestion, Ready
from twin.whatif.report.sentences import leads, shown, span, told_best
from twin.whatif.report.tables import by_measure, dates, tornado
from twin.whatif.report.variants import Found, end_at, variant_of


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
        label=label,
        why_label=why,
        method=_method(asked, found),
        sure_luck=_luck(asked, found),
        sure_doubt=_doubt(asked, found),
        pictures=tuple(_picture(name, found) for name in (asked.measure, *asked.also)),
        fans=tuple(fan for one in found for fan in fan_of(one.name, one.doubt)),
        tables=(
            by_measure(asked, found),
            dates(asked, found),
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
        f"{scenario.premises:,} for each of {asked.seeds} seeds, with common luck; the cohort "
        f"engine for {asked.draws} draws of the whole fleet."
    )
    if header.sample == 1:
        return said
    return (
        f"{said} A gate counts devices, so a sample is judged on less evidence than the whole "
        "fleet: what it finds, it finds later than the nation would."
    )


def ranked(asked: CampaignQuestion, found: Sequence[Found]) -> list[Found]:
    """Variants, the best by the measure first; of equals the one that stands first."""
    sign = 1 if asked.better == "less" else -1
    return sorted(found, key=lambda one: sign * sum(one.values(asked.measure)))


def finding(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    """One sentence by the measure; what does not end within the horizon is said."""
    if asked.measure == "end" and all(
        one.header.end is None for variant in found for one in variant.outcomes
    ):
        last = found[0].question.scenario.horizon.ends - timedelta(days=1)
        return f"No variant ends by {last}, with any of {asked.seeds} seeds."
    order = ranked(asked, found)
    best, other = order[0], order[1]
    values = [interval(one.values(asked.measure)) for one in (best, other)]
    lead_of = [paired(one.values(asked.measure), best.values(asked.measure)) for one in order[1:]]
    return told_best(
        best=best.name,
        runner_up=other.name,
        values=(values[0].mean, values[1].mean),
        lead=lead_of[0],
        surely=all(_sure(one) for one in lead_of),
        better=asked.better,
        what=MEASURES[asked.measure][0],
    )


def labelled(ready: Ready, found: Sequence[Found]) -> tuple[Label, str]:
    """The question's own label, or that of a variant that is beyond evidence."""
    if ready.beyond:
        return "model only", ready.beyond
    for one in found:
        header = one.outcomes[0].header
        if header.label == "model only":
            return "model only", header.why_label
    return "simulated", ""


def _sure(lead: Interval) -> bool:
    """More than luck: the interval excludes nought, or all seeds differ alike."""
    return lead.excludes_nought or (lead.n > 1 and lead.low == lead.high != 0)


def _luck(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    order = ranked(asked, found)
    first, second = (one.values(asked.measure) for one in order[:2])
    lead = paired(second, first)
    return (
        f"{order[0].name} less {order[1].name}: {leads(lead)} {MEASURES[asked.measure][0]}, 95 % "
        f"interval over {asked.seeds} seeds, paired."
    )


def _doubt(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    said = [
        f"{one.name}: "
        + (
            one.why_none or "no draw was asked for"
            if one.doubt is None
            else f"the end from P10 {end_at(one.doubt, 0.1)} to P90 {end_at(one.doubt, 0.9)}"
        )
        for one in found
    ]
    return f"{asked.draws} draws of the numbers of behaviour. " + "; ".join(said) + "."


def _picture(measure: str, found: Sequence[Found]) -> Picture:
    what, axis = MEASURES[measure]
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
    title = what.capitalize()
    return Picture(title=title, axis=axis, bars=tuple(bars), alt=f"{title}, {axis}: {words}.")


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
