"""The ready questions by name, and the same at a size for a test."""

from msgspec.structs import replace

from twin.whatif.report.files import Ready, ready_questions

READY = {ready.name: ready for ready in ready_questions()}


def small(ready: Ready) -> Ready:
    """The same question at a size for a test."""
    if ready.field is not None:
        return replace(ready, field=replace(ready.field, premises=30, seeds=2, draws=0))
    assert ready.campaign is not None
    return replace(ready, campaign=replace(ready.campaign, premises=2_000, seeds=2, draws=3))
