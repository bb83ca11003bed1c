"""Who looks, and what they may: the one place that asks Streamlit about the viewer.

Without an identity provider the pages are open, on loopback alone: everybody may all.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import streamlit as st

from dashboards.ports import PORTS, Access, NotAudited, Role, Roles
from dashboards.settings import read_settings
from dashboards.suppression import OPERATIONS, PROGRAMME

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
OPEN_NOTICE: Final = "Open on this machine: everybody has every role"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks: a pseudonym that holds no name, and roles."""

    who: str
    roles: frozenset[Role]


EVERYBODY: Final = Viewer("local", frozenset(Role))
"""Whoever looks at open pages on the twin's own machine."""


def roles_in(claims: Mapping[str, Any], roles: Roles) -> frozenset[Role]:
    """Our roles by the values of the identity provider's claim, one or several."""
    found = claims.get(roles.claim) or ()
    values = {found} if isinstance(found, str) else {str(value) for value in found}
    return frozenset(role for role, named in roles.values.items() if named & values)


def pseudonym(claims: Mapping[str, Any]) -> str:
    """The same viewer is the same pseudonym, and no name, address or login can be read from it."""
    named = f"{claims.get('iss', '')}|{claims.get('sub', '')}"
    return f"u-{sha256(named.encode()).hexdigest()[:16]}"


def is_expired(claims: Mapping[str, Any], *, now: float) -> bool:
    """Whether the token is over; one without an end is taken as over."""
    ends = claims.get("exp")
    return not isinstance(ends, int | float) or ends <= now


def viewer() -> Viewer | None:
    """Who looks, or None where somebody has to log in first (or anew)."""
    if PORTS.roles is None:
        return EVERYBODY if _on_loopback() else None
    # without a provider in the secrets `is_logged_in` raises; with roles there is one
    if not st.user.get("is_logged_in", False):
        return None
    claims = st.user.to_dict()
    if is_expired(claims, now=time.time()):
        return None
    return Viewer(pseudonym(claims), roles_in(claims, PORTS.roles))


def role(wanted: Role) -> bool:
    """Whether the viewer has a role."""
    found = viewer()
    return found is not None and wanted in found.roles


def viewer_role() -> str:
    """With whose eyes small counts are seen: those of operations, which sees each, or not."""
    return OPERATIONS if role(Role.OPERATIONS) else PROGRAMME


def require_viewer() -> Viewer:
    """The viewer, if they may see any page; otherwise what to do, and the run ends."""
    found = viewer()
    if found is None:
        _ask_to_log_in()
        st.stop()
    if not found.roles:
        st.title("No role is yours")
        st.markdown("You are logged in, but no role of the twin is given to you. Ask for one.")
        st.button("Log out", on_click=st.logout)
        st.stop()
    return found


def require(wanted: Role, *, what: str) -> Viewer:
    """The viewer, if they have a role; otherwise a sentence, and the run ends."""
    found = require_viewer()
    if wanted not in found.roles:
        st.warning(
            f"{what} needs the role {wanted}; yours: {_named(found.roles)}. Other pages work."
        )
        st.stop()
    return found


def audited(what: str, of: str) -> None:
    """Write down that the viewer sees personal data, once a session for each; where that fails,
    nothing is shown.
    """
    found, noted = require_viewer(), st.session_state.setdefault("audited", set())
    if (found.who, what, of) in noted:
        return
    try:
        PORTS.audit.note(Access(read_settings().now, found.who, what, of))
        noted.add((found.who, what, of))
    except NotAudited as error:
        st.error(f"Nothing is shown: {error}, and each view must be. Other pages still work.")
        st.stop()


def show_notice() -> None:
    """Who is logged in, or that the pages are open, in the sidebar."""
    with st.sidebar:
        if PORTS.roles is None:
            st.markdown(f":small[{OPEN_NOTICE}]")
            return
        found = require_viewer()
        st.markdown(f":small[Logged in with: {_named(found.roles)}]")
        st.button("Log out", on_click=st.logout)


def _named(roles: Iterable[Role]) -> str:
    return ", ".join(sorted(roles)) or "none"


def _on_loopback() -> bool:
    return st.get_option("server.address") in LOOPBACK


def _ask_to_log_in() -> None:
    if PORTS.roles is None:
        st.title("These pages are closed")
        st.markdown(
            "They are served beyond this machine without an identity provider. Serve them on "
            "127.0.0.1, or name a provider with `TWIN_AUTH`."
        )
        return
    st.title("Log in to see these pages")
    st.markdown("Your organisation's identity provider asks who you are; a session ends with it.")
    st.button("Log in", on_click=st.login, type="primary")
