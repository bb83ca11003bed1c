"""What-if: if we change the plan, when do we finish, and how many are exposed?"""

from functools import partial
from pathlib import Path
from typing import Final

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import access, filters
from dashboards.headlines.whatif import refused
from dashboards.keeping import KEEPING, NotWritten, answers, runs
from dashboards.page_parts import moment_column
from dashboards.ports import Role
from dashboards.settings import read_settings
from dashboards.warmth import sentence as told_of_kernels
from dashboards.whatif_files import (
    BAD_IMAGES,
    Knobs,
    files_of,
    question_of_files,
    ready_files,
    ready_names,
)
from dashboards.whatif_job import DRAWS, SAMPLE, Job
from dashboards.whatif_parts import show
from twin.vocabulary import PinIntervention
from twin.whatif.reading import ScenarioRefused

CURRENT = "programme"
JOB = "whatif_job"
BIND: Final = "query-params"
KEPT_AT = "Kept at (UTC)"
BAD = {
    "programme": "the one bad meter model of the programme",
    "none": "none",
    "all": "an image that fails on a tenth of the meters",
}
BAD_IMAGES_HELP = "; ".join(f"{slug}: {text}" for slug, text in BAD.items())


def knobs_form() -> tuple[str, Knobs] | None:
    """The form; what was turned when Run is pressed, else None."""
    place = st.container()  # what the address asks in vain is said above the form
    with st.form("knobs"):
        start = filters.slug(
            "Start from",
            "start",
            [CURRENT, *ready_names()],
            about="The programme that ships with the twin, or a ready scenario. Of a ready "
            "scenario only name, premises and seed are turned; its plans are as written.",
            place=place,
        )
        with st.grid(4, min_column_width=200):
            knobs = turned(place)
        pressed = st.form_submit_button("Run", type="primary", disabled=not may_plan())
    return (start, knobs) if pressed else None


def turned(place: DeltaGenerator) -> Knobs:
    """The knobs, each in the address under its own slug."""
    plain = Knobs()
    number, slug = partial(filters.number, place=place), partial(filters.slug, place=place)
    name = st.text_input("Name of the run", plain.name, key="name", max_chars=60, bind=BIND)
    pace = "Pace (devices a day and campaign, 0: no limit)"
    return Knobs(
        name=name,
        premises=number("Premises", "premises", (100, 3_000_000), 100_000, step=10_000),
        seed=number("Seed", "seed", (0, 1_000_000), plain.seed, step=1),
        canary=number("First wave (%)", "canary", (0.1, 90.0), 2.0, step=1.0) / 100,
        soak=number("Soak (days)", "soak", (0, 60), plain.soak, step=1),
        pace=number(pace, "pace", (0, 1_000_000), 0, step=100),
        tolerance=number("Gate: tolerance (%)", "tolerance", (0.5, 50.0), 8.0, step=0.5) / 100,
        alpha=number("Gate: alpha (%)", "alpha", (0.1, 50.0), 5.0, step=1.0) / 100,
        hubs_first=slug("Hubs first", "hubs", ["yes", "no"]) == "yes",
        bad_image=slug("Bad image", "bad", list(BAD_IMAGES), about=BAD_IMAGES_HELP),
        option=int(slug("Option", "option", ["3", "2", "1"])),
        pin=slug("Privacy PIN intervention", "pin", [one.value for one in PinIntervention]),
    )


def may_plan() -> bool:
    """Whether the viewer may run and keep: both take the machine's time and room."""
    return access.role(Role.PLANNING)


def begin(start: str, knobs: Knobs) -> None:
    """Read the question as the command line would, and set it to work; or say what is wrong."""
    if start == CURRENT:
        given = files_of(knobs)
    else:
        given = ready_files(start, premises=knobs.premises, seed=knobs.seed, name=knobs.name)
    old: Job | None = st.session_state.get(JOB)
    if old is not None:
        old.cancel()
    try:
        question = question_of_files(given)
    except ScenarioRefused as mistakes:
        st.session_state.pop(JOB, None)
        st.error(refused(one.sentence for one in mistakes.mistakes))
        return
    job = Job(question, given)
    job.start()
    st.session_state[JOB] = job


def watch(job: Job) -> None:
    """Progress while the run is at work; the page is drawn anew when there is more to show."""
    shown = stage(job)

    @st.fragment(run_every="0.5s")
    def progress() -> None:
        if stage(job) != shown or not job.running:
            st.rerun()
        with st.status(f"{job.progress.doing}: {job.progress.done:.0%}", expanded=True):
            st.progress(min(max(job.progress.done, 0.0), 1.0))
            st.markdown(
                f"First an answer on {SAMPLE:.0%} of the premises, then the whole, then {DRAWS} "
                f"draws of the numbers of behaviour. {told_of_kernels()}"
            )
            if st.button("Cancel"):
                job.cancel()

    progress()


def stage(job: Job) -> tuple[bool, bool, bool]:
    """What a job has found by now."""
    return job.first is not None, job.whole is not None, job.doubted is not None


def keep(job: Job) -> None:
    """The button that keeps a whole run under its name."""
    whole = job.whole
    if whole is None or not may_plan() or KEEPING.one.obstacle() is not None:
        return
    if st.button(f"Keep this run as {whole.header.name}"):
        try:
            KEEPING.one.keep(whole, question=job.question, given=job.given)
        except NotWritten as why:
            st.error(f"{why}. It is still shown here.")
        else:
            st.success(f"Kept as {whole.header.name}; an earlier run of that name is replaced.")


def list_kept(home: Path) -> None:
    """The runs that are kept, and the way to compare two of them."""
    st.header("Runs that are kept")
    found = runs(home)
    if not found:
        st.markdown("None yet. `twin whatif run FILE` keeps one, and so does this page.")
        return
    rows = [(one.name, one.stored_at, one.seed, one.scenario_hash[:12]) for one in found]
    columns = ["Name", KEPT_AT, "Seed", "Question"]
    st.dataframe(
        pl.DataFrame(rows, schema=columns, orient="row"),
        hide_index=True,
        column_config={KEPT_AT: moment_column(KEPT_AT)},
        alt="Runs of what-if that are kept under the twin's home",
    )
    if len(found) > 1:
        st.page_link("app_pages/compare.py", label="Compare two of them")


def list_answers(home: Path) -> None:
    """What `twin whatif` compare, doubt and optimise found and kept."""
    found = answers(home)
    if not found:
        return
    st.header("Answers that are kept")
    rows = [
        (one.kind, ", ".join(one.scenarios), one.finding, one.stored_at, one.result_hash[:12])
        for one in found
    ]
    columns = ["Kind", "Scenarios", "What was found", KEPT_AT, "Results"]
    st.dataframe(
        pl.DataFrame(rows, schema=columns, orient="row"),
        hide_index=True,
        column_config={KEPT_AT: moment_column(KEPT_AT)},
        alt="Answers of compare, doubt and optimise that are kept under the twin's home",
    )
    st.markdown(":small[`twin whatif show` tells one whole, by its kind and scenarios.]")


st.title("If we change the plan, when do we finish, and how many are exposed?")
settings = read_settings()
if not may_plan():
    st.info("Running and keeping need the role planning; what is kept can be looked at.")
wanted = knobs_form()
if wanted is not None:
    begin(*wanted)
job: Job | None = st.session_state.get(JOB)
if job is None:
    st.markdown(
        f"Turn what you want to change and press Run. {told_of_kernels()} Everything here is "
        "simulated; nothing is sent to any device."
    )
else:
    if job.running:
        watch(job)
    if job.failed:
        st.error(f"The run broke ({job.failed}). The other pages work; the log says where.")
    if job.best is not None:
        show(job, job.best, settings.home)
        keep(job)
list_kept(settings.home)
list_answers(settings.home)
