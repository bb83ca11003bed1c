"""The version that is removed from the products list in a run, and what is Current (BR34)."""

from datetime import UTC, datetime

from msgspec import Struct

from twin.fleet.numbers.draws import draw
from twin.fleet.numbers.oversight_rows import OversightRows
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import DeviceType

_NOON = 12


class Removal(Struct, frozen=True):
    """An old version of a meter model that is Removed at a second."""

    model: str
    version: str
    second: int
    device_type: DeviceType = DeviceType.ESME


def removal(*, catalogue: Catalogue, rows: OversightRows, seed: int) -> Removal | None:
    """Which version is removed, by the seed; None where no model has an old one."""
    models = catalogue.upgradable(DeviceType.ESME)
    if not models:
        return None
    luck = draw(seed=seed, entity="products-list", purpose="list.removed")
    model = models[int(luck * len(models))]
    version = catalogue.older_version(model)
    if version is None:
        return None
    day = rows.list_removed_on
    at = datetime(day.year, day.month, day.day, _NOON, tzinfo=UTC)
    return Removal(model, version, int(at.timestamp()))


def is_current(
    *, catalogue: Catalogue, removal: Removal | None, model: str, version: str, second: int
) -> bool:
    """Whether a version of a model is Current on the list at a second."""
    if (
        removal
        and second >= removal.second
        and (model, version) == (removal.model, removal.version)
    ):
        return False
    return version in catalogue.versions(model)
