"""Why a premises is left to the readable replay: one number each, as the kernels mark it."""

from typing import Final

(
    REFUSED,
    RESOLUTION,
    SOURCE,
    OLD_FILE,
    UNTOLD_FACT,
    TYPES,
    TARGETS,
    ROUTES,
    TIED,
    GAPS,
    PARTITIONS,
) = range(1, 12)
REASONS: Final = {
    REFUSED: "a record was refused",
    RESOLUTION: "a dead letter was resolved",
    UNTOLD_FACT: "a fact does more than the kernels' table says",
    SOURCE: "a source is named by neither a premises nor a device",
    OLD_FILE: "a file of an older lake lacks a column",
    TYPES: "facts name two types of one device",
    TARGETS: "facts name two targets of one device in one campaign",
    ROUTES: "facts name two routes of one pairing attempt",
    TIED: "a pairing attempt began or ended twice in one moment",
    GAPS: "more gaps than the kernel keeps",
    PARTITIONS: "records lie in two partitions",
}
"""The reasons in words, by the number that marks a premises."""
