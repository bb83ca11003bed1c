"""What an answer is worth, and which code gave it: the same words with every kind of answer."""

from datetime import date, timedelta
from importlib.metadata import version
from typing import Final

from twin.whatif.outcome import Label
from twin.whatif.population import PUBLISHED_FROM
from twin.whatif.scenario import Scenario

EVIDENCE_UNTIL: Final = date(2018, 12, 31)
"""The last day of the published installations that shape the growth curve."""


def code_version() -> str:
    """The version of the twin, as results name it."""
    return version("fleet-twin")


def label_of(*scenarios: Scenario) -> tuple[Label, str]:
    """Whether anything in a question is beyond evidence, and what it is, in one sentence.

    Of more than one scenario it is that of the first that is beyond evidence.
    """
    found = [_label(scenario) for scenario in scenarios]
    return next((one for one in found if one[0] == "model only"), found[0])


def _label(scenario: Scenario) -> tuple[Label, str]:
    if scenario.option == 2:
        return "model only", "GB-specific CADs were never made, so nothing shows how they sell."
    if scenario.band_policy == "free_868":
        return "model only", "868 MHz was never free in this way, so nothing shows what it carries."
    if scenario.horizon.ends - timedelta(days=1) > EVIDENCE_UNTIL:
        return "model only", f"Nothing after {EVIDENCE_UNTIL} is published in the growth curve."
    if scenario.fleet is not None and scenario.fleet.curve == "planned":
        return "simulated", f"The planned programme: in fact no meter before {PUBLISHED_FROM}."
    return "simulated", "A simulated fleet; no public figure shows firmware campaigns."
