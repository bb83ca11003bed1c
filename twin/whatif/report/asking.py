"""From a ready question to its answer."""

from twin.whatif.compare import Run
from twin.whatif.emulated.running import Runner
from twin.whatif.labels import code_version
from twin.whatif.report.answer import Answer
from twin.whatif.report.files import Ready
from twin.whatif.report.of_campaigns import of_campaigns
from twin.whatif.report.of_field import of_field


def answered(ready: Ready, *, run: Run, runner: Runner) -> Answer:
    """The answer to a ready question: by the field, by the engines, or that there is none.

    Raises:
        ScenarioRefused: a scenario of it is wrong.
    """
    if ready.field is not None:
        return of_field(ready, runner=runner)
    if ready.campaign is not None:
        return of_campaigns(ready, run=run)
    return Answer(
        name=ready.name,
        title=ready.title,
        question=ready.question,
        paragraph=ready.paragraph,
        finding=f"Nothing can be said: {ready.refused}",
        label="refused",
        why_label="",
        method="No model was run.",
        sure_luck="",
        sure_doubt="",
        pictures=(),
        fans=(),
        tables=(),
        assumed=(),
        left_out=(),
        question_hash=ready.hash,
        code_version=code_version(),
        basis="none",
    )
