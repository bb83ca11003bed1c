"""The Central Products List: which firmware may be sent, and what becomes of removed versions."""

from collections.abc import Collection, Mapping

from twin.rules.marks import rule
from twin.rules.refusal import Answer, first_refusal, unless
from twin.vocabulary import DeviceStatus, DeviceType
from twin.vocabulary.join_methods import TYPE_2


@rule("BR38")
def check_listed_type(*, device_type: DeviceType) -> Answer:
    """CADs and IHDs are Type 2: on no list, and without firmware by the DCC."""
    return unless(
        broken=device_type in TYPE_2,
        rule="BR38",
        why=f"a {device_type.value} is on no products list and gets no firmware by the DCC",
    )


@rule("BR34", "BR38")
def check_target(
    *,
    device_type: DeviceType,
    model: str,
    version: str,
    current: Mapping[str, Collection[str]],
) -> Answer:
    """A target version is Current for its model with hardware; `current` has versions by model."""
    return first_refusal(
        check_listed_type(device_type=device_type),
        unless(
            broken=version not in current.get(model, ()),
            rule="BR34",
            why="the version is not Current for this model on the products list",
        ),
    )


@rule("BR34")
def status_after_removal(*, status: DeviceStatus, runs_removed: bool) -> DeviceStatus:
    """The status of a device once a version was removed: Suspended if it runs that version."""
    commissioned = status is DeviceStatus.COMMISSIONED
    return DeviceStatus.SUSPENDED if commissioned and runs_removed else status
