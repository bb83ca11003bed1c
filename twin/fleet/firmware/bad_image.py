"""One meter model whose new image is bad: many of its meters fail to activate it.

Which one, the seed says. Nobody in the programme is told; a campaign's gate has to find it.
"""

from twin.fleet.numbers.draws import draw
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import DeviceType


def bad_model(*, catalogue: Catalogue, seed: int) -> str | None:
    """The model of electricity meter whose image is bad, or None where none is upgraded at all."""
    models = catalogue.upgradable(DeviceType.ESME)
    if not models:
        return None
    luck = draw(seed=seed, entity="firmware", purpose="firmware.bad_image", attempt=0)
    return models[int(luck * len(models))]
