"""What gives the figures of each question, from the counts and processes of a basis."""

from collections.abc import Mapping
from typing import Final

from twin.evidence.answers import of_consumers, of_firmware, of_oversight
from twin.evidence.answers.said import Figures

OF_QUESTIONS: Final[Mapping[int, Figures]] = {
    1: of_oversight.licence,
    2: of_oversight.oversight,
    3: of_consumers.routes,
    4: of_consumers.typing,
    5: of_firmware.timing,
    6: of_firmware.upgrades,
    7: of_firmware.installed,
    8: of_firmware.timescales,
    9: of_consumers.pins,
    10: of_oversight.processes,
}
"""What gives the figures of each question."""
