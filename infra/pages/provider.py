"""Who may look: the identity provider and the roles by its claim, read from one TOML file."""

import tomllib
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from dashboards.ports import Role, Roles

NEEDED: Final = ("redirect_uri", "cookie_secret", "client_id", "server_metadata_url")


class BadProvider(RuntimeError):
    """The file of the identity provider cannot be used; the sentence says why."""


class Provider(Struct, frozen=True):
    """What Streamlit needs to log somebody in (`auth`), and our roles by the claim's values."""

    auth: dict[str, Any]
    roles: Roles


def read_provider(file: Path) -> Provider:
    """The provider of a file with tables `auth` (as Streamlit names it) and `roles`.

    `roles` has `claim`, the name of the claim, and lists of its values by role.

    Raises:
        BadProvider: the file is missing, no TOML, or lacks what is needed.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadProvider(f"TWIN_AUTH: {file} cannot be read: {error}") from error
    auth, roles = told.get("auth"), told.get("roles")
    if not isinstance(auth, dict) or not isinstance(roles, dict):
        raise BadProvider(f"TWIN_AUTH: {file} needs the tables [auth] and [roles]")
    missing = [name for name in NEEDED if not auth.get(name)]
    if missing:
        raise BadProvider(f"TWIN_AUTH: [auth] of {file} lacks {', '.join(missing)}")
    return Provider(auth, _roles(roles, file))


def _roles(told: dict[str, Any], file: Path) -> Roles:
    unknown = sorted(set(told) - {"claim", *Role})
    if unknown:
        raise BadProvider(f"TWIN_AUTH: [roles] of {file} knows no {', '.join(unknown)}")
    values = {role: told[role] for role in Role if role in told}
    for role, named in values.items():
        if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
            raise BadProvider(f"TWIN_AUTH: {role} in [roles] of {file} must be a list of texts")
    claim = told.get("claim", "roles")
    if not isinstance(claim, str):
        raise BadProvider(f"TWIN_AUTH: claim in [roles] of {file} must be a text")
    return Roles(claim, {role: frozenset(named) for role, named in values.items()})
