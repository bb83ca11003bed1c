"""Measures of a programme that ready questions may ask for, with the words of a reader."""

from typing import Final

MEASURES: Final = {
    "end": ("days until the last campaign is over", "days from the first of the horizon"),
    "exposed": ("devices exposed to a bad image", "devices of the whole fleet"),
    "struck": ("devices struck by a bad image", "devices of the whole fleet"),
    "capable": ("premises capable at the end of the horizon", "premises of the whole fleet"),
    "waiting": ("days that a premises waits for local pairing", "mean days within the horizon"),
    "holds": ("holds of a campaign", "holds"),
}
"""By name: what is measured, and in what unit (`twin.whatif.compare.figures_of`)."""
