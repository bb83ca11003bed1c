"""Writes the made-up Central Products List: the shape of a real one, every id invented.

`python -m twin.ingest.make_cpl > twin/ingest/reference/cpl_made_up.csv` makes it again.
"""

import re
import sys
from collections.abc import Iterator
from hashlib import blake2b, sha256
from typing import Final

from twin.ingest.cpl_entry import COLUMNS

ISSUE: Final = "Version 0.001 made up for the fleet twin"
DIGITS: Final = re.compile(r"[0-9]{8}")
GENERATIONS: Final = (
    ("V2.0", "CHTS V1.0", "GBCS Version 1.0"),
    ("V2.0", "CHTS V1.0", "GBCS Version 1.1"),
    ("V3.1", "CHTS V1.1", "GBCS Version 2.1"),
    ("V4.2", "CHTS V1.3", "GBCS Version 3.2"),
)
"""From old to new: SMETS version, CHTS version, GBCS version."""
PRODUCTS: Final = (
    ("Communications Hub", 12, (2, 8)),
    ("Single Element Electricity Metering Equipment", 16, (2, 7)),
    ("Twin Element Electricity Metering Equipment", 2, (2, 3)),
    ("Polyphase Electricity Metering Equipment", 4, (1, 4)),
    ("Gas Smart Meter", 12, (1, 5)),
    ("Pre-Payment Interface Device", 8, (2, 6)),
    ("HAN Connected Auxiliary Load Control Switch", 2, (1, 1)),
)
"""Device type, number of models, fewest and most firmware versions of a model."""
FIRST_GENERATION: Final = ("Single Element Electricity Metering Equipment", "Gas Smart Meter")


def number_of(*parts: object) -> int:
    """An invented number that depends on its parts only."""
    text = "|".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def rows() -> Iterator[tuple[str, ...]]:
    """The rows of the list in order of entry number, without the heading."""
    number = 0
    for type_name, models, (fewest, most) in PRODUCTS:
        for model in range(models):
            first_generation = type_name in FIRST_GENERATION and model >= models - 2
            count = fewest + number_of("count", type_name, model) % (most - fewest + 1)
            for version in range(count):
                number += 1
                generation = min(version * len(GENERATIONS) // count, len(GENERATIONS) - 1)
                yield _row(
                    number,
                    type_name,
                    model,
                    version,
                    generation,
                    first_generation=first_generation,
                )


def _row(
    number: int,
    type_name: str,
    model: int,
    version: int,
    generation: int,
    *,
    first_generation: bool,
) -> tuple[str, ...]:
    smets, chts, gbcs = GENERATIONS[generation]
    specification = chts if type_name == "Communications Hub" else f"SMETS {smets}"
    if first_generation:
        specification, gbcs = "SMETS V1.2", "GBCS Version 0.0"
    maker = f"FA{number_of('maker', type_name, model % 4) % 256:02X}"
    parts = (f"{0xA000 + number_of('model', type_name, model) % 0x1000:04X}", f"{model:02X}", "0A")
    # The letter keeps the version from reading like a number; the rest only ever grows.
    firmware = f"{version + 1:02X}F{number_of('step', type_name, model, version) % 0x100000:05X}"
    status = "Removed" if number_of("status", number) % 20 == 0 and version == 0 else "Current"
    held = number_of("hash", type_name, model) % 4 != 0
    image = _image_hash(type_name, model, version) if held else ""
    return (
        ISSUE,
        f"{number:06d}",
        status,
        type_name,
        maker,
        *parts,
        "".join(parts),
        firmware,
        specification,
        gbcs,
        image,
    )


def _image_hash(type_name: str, model: int, version: int) -> str:
    """A hash of no image, drawn again while it holds a long run of decimal digits."""
    for attempt in range(100):
        text = f"made up|{type_name}|{model}|{version}|{attempt}"
        found = sha256(text.encode()).hexdigest().upper()
        if not DIGITS.search(found):
            return found
    raise AssertionError("a hundred hashes with a long run of digits")


def text() -> str:
    """The whole list as CSV."""
    lines = (COLUMNS, *rows())
    return "".join(",".join(cells) + "\n" for cells in lines)


if __name__ == "__main__":
    sys.stdout.write(text())
