"""The buttons of a campaign: what they would do, the reason, the command, and its answer."""

from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards import access, words
from dashboards.auditing import Deed
from dashboards.headlines.campaigns import actor, allowed, answered, consequences
from dashboards.ports import PORTS, NotAudited, NotSent, Role
from dashboards.settings import read_settings
from twin.campaign.commands import Command, role_of
from twin.events.programme import CommandName
from twin.vocabulary import CommandCause

WAITS_S = 30.0
"""How long an answer is awaited."""
_ASKING = "asking"


def show_buttons(row: dict[str, Any]) -> None:
    """A button for each command that the state allows; disabled with the reason where none can."""
    names = allowed(row)
    if not names:
        st.markdown(f"A campaign that is {words.sentence(row['state'])} takes no command here.")
        return
    obstacle = _obstacle()
    if obstacle is not None:
        st.info(
            f"No command can be given: {obstacle}. All figures still show, as of the set above.",
            icon=":material/block:",
        )
    with st.container(horizontal=True):
        for name in names:
            if st.button(name.capitalize(), key=f"do_{name}", disabled=obstacle is not None):
                _ask(name, row)


def _obstacle() -> str | None:
    if not access.role(Role.OPERATIONS):
        return "commands need the role operations"
    return PORTS.sender.obstacle()


def _ask(name: CommandName, row: dict[str, Any]) -> None:
    """Open the dialog; its command has one id, however often it is pressed."""
    st.session_state[_ASKING] = str(uuid4())
    title = f"{name.capitalize()} {row['campaign_id']}?"
    st.dialog(title, width="medium", on_dismiss=_done)(_confirm)(name, row)


def _done() -> None:
    st.session_state.pop(_ASKING, None)


def _confirm(name: CommandName, row: dict[str, Any]) -> None:
    """What the command will do, why it is given, and after it was sent what came of it."""
    command_id = st.session_state.get(_ASKING)
    if command_id is None:
        return  # it is being closed
    if st.session_state.get("said_of") == command_id:
        _show_answer(st.session_state["said"])
        return
    for effect in consequences(name, row):
        st.markdown(f"- {effect}")
    cause = st.selectbox(
        "Reason",
        list(CommandCause),
        index=None,
        format_func=words.sentence,
        key="cause",
        placeholder="Why? It stands in the journal",
    )
    sure = st.button(f"{name.capitalize()} it", key="sure", type="primary", disabled=cause is None)
    if not sure or cause is None:
        return
    command = Command(
        command_id=command_id,
        campaign_id=row["campaign_id"],
        command=name,
        actor=actor(name),
        role=role_of(name),
        issued_at=read_settings().now,
        cause=cause,
        expected_version=row["version"],
        plan_hash=row["plan_hash"],
    )
    with st.spinner("Sent; the answer comes within seconds", show_time=True):
        said = sent(command)
    st.session_state["said"], st.session_state["said_of"] = said, command.command_id
    st.rerun(scope="fragment")


def _show_answer(said: str) -> None:
    st.markdown(said)
    if st.button("Look at the campaign", key="look", type="primary"):
        _done()
        st.rerun()


def sent(command: Command) -> str:
    """Write down who commands, send the command, write down its answer, and say it."""
    viewer = access.require(Role.OPERATIONS, what="A command")
    of = f"{command.campaign_id} {command.command_id}"
    deed = Deed(viewer.who, f"command {command.command}", of)
    try:
        deed.begun()
        answer = PORTS.sender.send(command)
    except NotAudited as error:
        return f"{command.campaign_id} {command.command}: not sent, {error}, and each must be."
    except NotSent as error:
        deed.unsent()
        return f"{error}."
    end = deed.ended("unanswered" if answer is None else f"{answer.answer} {answer.why}")
    return answered(command, answer, waits_s=WAITS_S) + end
