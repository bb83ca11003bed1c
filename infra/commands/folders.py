"""Which folders a command works in: TWIN_HOME, its lake, its named bases; a look makes none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from infra.refusals import NotFound
from streams.settings import Settings
from twin.lake.basis import Bases

if TYPE_CHECKING:
    from twin.lake.table import Lake


def home_folder(home: str | None) -> Path:
    """The TWIN_HOME that was named, else that of the environment."""
    return Path(home) if home is not None else Settings.here().home


def folder_of(home: str | None) -> Path:
    """The folder of the events table of a TWIN_HOME.

    Raises:
        NotFound: there is none.
    """
    path = home_folder(home)
    folder = path.absolute() / "lake" / "events"
    if not folder.is_dir():
        raise NotFound(f"there is no lake in {path} yet: `twin run` makes one")
    return folder


def home_of(home: str | None) -> Path:
    """The folder of a TWIN_HOME that has a lake."""
    return folder_of(home).parent.parent


def bases_of(home: str | None) -> Bases:
    """The named bases of a TWIN_HOME."""
    return Bases(folder_of(home).parent / "bases")


def lake_of(home: str | None) -> Lake:
    """The lake of a TWIN_HOME.

    Raises:
        NotFound: there is none.
    """
    from twin.lake.table import Lake  # its libraries take longer to come than a look at a folder

    return Lake(folder_of(home))
