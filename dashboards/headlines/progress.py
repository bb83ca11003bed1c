"""Are we on plan for local pairing?"""

from typing import Any

from dashboards import words


def on_plan(latest: dict[str, Any] | None) -> str:
    """The finding of the progress page, from the newest day's counts."""
    if latest is None or not latest["installed_premises"]:
        return "No premises has a hub and an electricity meter yet"
    capable, installed = latest["capable_premises"], latest["installed_premises"]
    of = f"{words.prose(capable)} of {words.prose(installed)} installed premises can pair locally"
    part = f"{of} ({words.share(capable, installed)})"
    planned = latest["planned_premises"]
    if planned is None:
        return part
    return f"{part}, {words.against_plan(capable, planned)}"
