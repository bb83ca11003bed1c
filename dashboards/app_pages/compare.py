"""Compare: which plan, and why?"""

from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

from dashboards import access, downloads, words
from dashboards.charts.whatif import gap, gap_rows, moving, tornado
from dashboards.headlines.whatif import difference, how_sure
from dashboards.keeping import asked_of, comparison_of, outcome_of, runs
from dashboards.ports import Role
from dashboards.settings import read_settings
from dashboards.whatif_pair import PREMISES, PairJob
from dashboards.whatif_parts import show_run
from twin.whatif.answer_shelf import AnswerRecord
from twin.whatif.compare import Comparison, Difference, figures_of
from twin.whatif.outcome import Outcome
from twin.whatif.shelf import NotKept

JOB = "pair_job"
MEASURES = {
    "end": "Days to the end",
    "exposed": "Devices exposed",
    "struck": "Devices struck",
    "capable": "Premises that can pair locally",
    "waiting": "Mean days of waiting",
    "holds": "Holds",
}


def chosen(names: list[str]) -> tuple[str, str]:
    """The two runs of the address line; those that are not kept are told and left out."""
    for key in ("a", "b"):
        asked = st.query_params.get(key)
        if asked and asked not in names:
            st.warning(f"No run is kept under the name {asked!r}: it was left out of the address.")
    left, right = st.columns(2)
    with left:
        first = st.selectbox("First run", names, key="a", bind="query-params")
    with right:
        second = st.selectbox("Second run", names, index=1, key="b", bind="query-params")
    return str(first), str(second)


def opened(home: Path, names: tuple[str, str]) -> tuple[Outcome, Outcome]:
    """Both runs; one that cannot be read ends the page with a sentence."""
    try:
        return outcome_of(home, names[0]), outcome_of(home, names[1])
    except NotKept as why:
        st.error(f"{why}. Choose another run; `twin whatif run FILE` makes one anew.")
        st.stop()


def side_by_side(first: Outcome, second: Outcome, found: Comparison | None) -> pl.DataFrame:
    """A row a measure: both runs, and their difference under common luck where it is known.

    Days, devices, premises and holds, as numbers; `in_words` makes them ready for a table.
    """
    one, other = figures_of(first), figures_of(second)
    other["end"] += (starts_of(second) - starts_of(first)).days
    rows = []
    for measure, label in MEASURES.items():
        interval = "" if found is None else told(found.of(measure))
        rows.append((label, one[measure], other[measure], other[measure] - one[measure], interval))
    columns = ("Measure", first.header.name, second.header.name, "Second less first", "Over seeds")
    kinds = (pl.String, pl.Float64, pl.Float64, pl.Float64, pl.String)
    return pl.DataFrame(rows, schema=dict(zip(columns, kinds, strict=True)), orient="row")


def in_words(outcomes: pl.DataFrame) -> pl.DataFrame:
    """The same for a table: whole numbers without decimals, and a true minus."""
    numbers = pl.selectors.float()
    return outcomes.with_columns(numbers.map_elements(words.amount, return_dtype=pl.String))


def starts_of(outcome: Outcome) -> date:
    """The first day that was simulated; days of both runs are counted from that of the first."""
    found = outcome.capable["day"].min()
    assert isinstance(found, date)
    return found


def told(one: Difference) -> str:
    """A difference with its interval: `+3.2 (95%: +1.0 to +5.4 over 5 seeds)`."""
    d = one.difference
    mean, low, high = map(words.signed, (d.mean, d.low, d.high))
    return f"{mean} (95%: {low} to {high} over {d.n} seeds)"


def ask(home: Path, names: tuple[str, str]) -> PairJob | None:
    """The comparison of these two under common luck, begun by a button."""
    job: PairJob | None = st.session_state.get(JOB)
    if job is not None and (job.first.scenario.name, job.second.scenario.name) == names:
        return job
    text = f"Work out intervals (5 seeds of both on {PREMISES:,} premises: some seconds)"
    if st.button(text, disabled=not access.role(Role.PLANNING)):
        try:
            job = PairJob(asked_of(home, names[0]), asked_of(home, names[1]))
        except NotKept as why:
            st.error(f"{why}: no other luck can be drawn for it. The two runs are shown above.")
            return None
        job.start()
        st.session_state[JOB] = job
        return job
    return None


def asked_alike(kept: AnswerRecord, first: Outcome, second: Outcome) -> str:
    """Whether a kept comparison asked what these two runs were asked; the names may have moved."""
    hashes = (first.header.scenario_hash, second.header.scenario_hash)
    if kept.scenario_hashes == hashes:
        return f"(results {kept.result_hash[:12]})"
    return "(of other scenarios or plans of these names than the two runs that stand here)"


def watch(job: PairJob) -> None:
    """A line while the comparison is at work."""

    @st.fragment(run_every="0.5s")
    def progress() -> None:
        if not job.running:
            st.rerun()
        st.status("Both plans are run with the same luck, seed by seed")

    progress()


def show_why(job: PairJob) -> None:
    """What the comparison says: a finding, where, for whom, and what the end hangs on."""
    if job.failed:
        st.error(f"The comparison broke ({job.failed}). The runs themselves are shown above.")
    if job.refused:
        st.warning(f"No comparison: {job.refused}.")
    found = job.comparison
    if found is not None:
        st.subheader("Where and for whom it differs")
        st.markdown(found.finding)
        told_places = places(found)
        st.dataframe(
            in_words(told_places),
            hide_index=True,
            column_config={
                name: st.column_config.TextColumn(alignment="right")
                for name in told_places.columns[2:4]
            },
            alt="Mean days of waiting by region and for whom, in both runs",
        )
        if found.left_out:
            st.markdown(f":small[{found.left_out}]")
    if job.doubted is not None and moving(job.doubted.tornado):
        st.subheader("What the end of the second run hangs on")
        st.altair_chart(
            tornado(job.doubted.tornado, starts=job.doubted.starts, horizon=job.doubted.days),
            alt=f"Effect of single numbers of behaviour on the end: {how_sure(job.doubted)}",
        )
        st.markdown(f":small[{how_sure(job.doubted)}]")
    elif job.without:
        st.markdown(f":small[No tornado: {job.without}]")


def places(found: Comparison) -> pl.DataFrame:
    """Waiting days of regions (with intervals) and of groups (expected)."""
    rows = [
        ("region", one.measure, one.first.mean, one.second.mean, told(one)) for one in found.where
    ]
    rows += [
        (
            one.dimension,
            one.name,
            one.first,
            one.second,
            f"{words.signed(one.difference)} (expected)",
        )
        for one in found.for_whom
    ]
    columns = ("Of", "Which", f"Days, {found.names[0]}", f"Days, {found.names[1]}", "Difference")
    kinds = (pl.String, pl.String, pl.Float64, pl.Float64, pl.String)
    return pl.DataFrame(rows, schema=dict(zip(columns, kinds, strict=True)), orient="row")


st.title("Which plan, and why?")
settings = read_settings()
names = [one.name for one in runs(settings.home)]
if len(names) < 2:
    st.header("Two runs are needed, and fewer are kept")
    st.markdown(
        "Build two plans on the page What-if and keep them, or run `twin whatif run FILE` twice. "
        "Runs are kept under the twin's home."
    )
    st.page_link("app_pages/whatif.py", label="To What-if")
    st.stop()
pair = chosen(names)
first, second = opened(settings.home, pair)
headline = difference(first, second)
st.header(headline)
for one in (first, second):
    show_run(one.header, whole=one.header.sample == 1, named=True)
st.subheader("Premises that can pair locally: the second less the first")
rows = gap_rows(first, second)
if rows.is_empty():
    st.markdown("The two runs have no day in common, so no curve can be drawn.")
else:
    st.altair_chart(gap(first, second), alt=f"Difference of capable premises by day: {headline}")
st.subheader("Side by side")
slot = st.container()
kept = comparison_of(settings.home, *pair)
if kept is not None:
    st.markdown(
        f"`twin whatif compare` found on {kept.stored_at:%d %B %Y}, over {len(kept.seeds)} seeds: "
        f"{kept.finding} {asked_alike(kept, first, second)}"
    )
job = ask(settings.home, pair)
found = None if job is None else job.comparison
outcomes = side_by_side(first, second, found)
with slot:
    st.dataframe(
        in_words(outcomes),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(alignment="right")
            for name in (pair[0], pair[1], "Second less first")
        },
        alt="Outcomes of both runs and their difference",
    )
if job is not None and job.running:
    watch(job)
elif job is not None:
    show_why(job)
stem = f"compare_{pair[0]}_{pair[1]}"
downloads.offer_as(rows, stem=stem, what="the difference by day")
downloads.offer_as(outcomes, stem=f"{stem}_outcomes", what="the outcomes")
