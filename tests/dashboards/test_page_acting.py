"""What a command would do, what came of it, and who may give it."""

from uuid import uuid4

import polars as pl
import pytest
from msgspec import inspect
from msgspec.structs import replace

from dashboards import access, campaign_acting
from dashboards.access import is_expired, pseudonym, roles_in
from dashboards.campaign_counts import told_campaigns
from dashboards.headlines.campaigns import (
    _EFFECTS,
    BUTTONS,
    allowed,
    answered,
    consequences,
    in_flight,
    standing,
)
from dashboards.ports import PORTS, Role, Roles
from dashboards.suppression import OPERATIONS, PROGRAMME
from tests.dashboards.paper_ports import PaperAudit, PaperSender, accepted, answer
from tests.marts.sample import AS_AT
from twin.campaign.commands import Command, role_of
from twin.events.programme import CommandAnswered
from twin.vocabulary import CampaignState

ROW = {
    "campaign_id": "LCP-HUBS",
    "state": "RUNNING",
    "holds": None,
    "version": 7,
    "plan_hash": "ab" * 32,
    "members": 1_000,
    "awaiting": 400,
    "in_transfer": 30,
    "verified": 20,
    "activation_requested": 10,
    "activated": 5,
    "retrying": 3,
    "confirmed": 500,
    "errors": 32,
    "current_wave": 2,
}


def a_command(name: str = "hold") -> Command:
    return Command(
        command_id=str(uuid4()),
        campaign_id="LCP-HUBS",
        command=name,  # type: ignore[arg-type]
        actor="dcc-operations",
        role=role_of(name),  # type: ignore[arg-type]
        issued_at=AS_AT,
        expected_version=7,
    )


@pytest.mark.parametrize(
    ("state", "holds", "names"),
    [
        ("RUNNING", None, ["hold", "advance", "stop", "abort"]),
        ("STARTING", None, ["hold", "stop", "abort"]),
        ("HELD", "error_gate", ["hold", "resume", "stop", "abort"]),
        ("HELD", "error_gate, operator", ["resume", "stop", "abort"]),
        ("AWAITING_APPROVAL", None, ["approve", "deny"]),
        ("FINISHED", None, []),
        ("STOPPING", None, []),
    ],
)
def test_buttons_are_those_that_the_state_allows(state, holds, names):
    assert allowed({**ROW, "state": state, "holds": holds}) == names
    assert state in set(CampaignState)


def told_standing(role: str, **changed: int) -> str:
    """How the row stands in the words for a role; no wave has a tally."""
    waves = pl.DataFrame(
        schema={
            "campaign_id": pl.String,
            "wave": pl.Int32,
            "execution_state": pl.String,
            "devices": pl.Int64,
        }
    )
    told = told_campaigns(pl.DataFrame([{**ROW, **changed}]), waves, role=role)
    return standing(told.row(0, named=True))


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        # what is not told follows from nothing: the next smallest goes with it
        (
            {"errors": 3, "confirmed": 529},
            "529 of 1,000 devices confirmed (52.9%), fewer than 5 failed, 400 not asked yet, "
            "others in flight",
        ),
        (
            {"errors": 0, "confirmed": 2, "awaiting": 930},
            "fewer than 5 of 1,000 devices confirmed, 930 not asked yet, others in flight",
        ),
        (
            {"confirmed": 30, "errors": 502, "in_transfer": 0, "verified": 0, "awaiting": 465}
            | {"activation_requested": 0, "activated": 0},
            "of 1,000 devices fewer than 5 in flight, 502 failed, 465 not asked yet, "
            "others confirmed",
        ),
        ({"members": 4}, "it has fewer than 5 devices"),
    ],
)
def test_few_devices_are_told_to_operations_alone(changed, text):
    assert told_standing(PROGRAMME, **changed) == f"LCP-HUBS is running; {text}"
    assert "fewer" not in told_standing(OPERATIONS, **changed)


def test_consequences_tell_exact_counts():
    told = {name: " ".join(consequences(name, ROW)) for name in BUTTONS}
    assert set(_EFFECTS) == set(BUTTONS)
    assert in_flight(ROW) == 68
    assert "left so until somebody resumes: 400 devices." in told["hold"]
    assert "In flight, and going on: 68 devices;" in told["hold"]
    assert "Never asked, or never again: 403 devices." in told["stop"]
    assert "In flight, and finishing: 65 devices." in told["stop"]
    assert "Recalled: 20 devices that hold the image" in told["abort"]
    assert "up to 30 devices in transfer" in told["abort"]
    assert "537 devices that activated or settled. Told to activate" in told["abort"]
    assert "date has not come: 10 devices." in told["abort"]
    assert "abababababab" in told["approve"]
    # every member is in exactly one of the groups that an abort tells of
    assert ROW["members"] == 403 + 20 + 30 + 537 + 10
    assert told_standing(role=OPERATIONS) == (
        "LCP-HUBS is running; 500 of 1,000 devices confirmed (50.0%), 68 in flight, "
        "32 failed, 400 not asked yet"
    )


@pytest.mark.parametrize(
    ("said", "why", "version", "text"),
    [
        ("ACCEPTED", "done", 9, "accepted; the campaign now stands at version 9."),
        ("NOOP", "already_so", 8, "it was so already, and nothing was changed."),
        (
            "CONFLICT",
            "stale_version",
            12,
            "not done. The campaign has moved on from version 7 to 11 since this page was drawn; "
            "look at it again, then decide anew.",
        ),
        (
            "REFUSED",
            "wrong_state",
            8,
            "refused, the state of the campaign does not allow it now.",
        ),
    ],
)
def test_answers_are_told_in_a_sentence(said, why, version, text):
    command = a_command()
    found = answered(command, answer(command, said, why, version), waits_s=30)
    assert found == f"LCP-HUBS hold: {text}"


def test_an_answer_says_what_it_left_in_flight():
    command = a_command()
    answered_so = replace(answer(command, "ACCEPTED", "done", 9), in_flight=68)
    found = answered(command, answered_so, waits_s=30)
    assert found.endswith("now stands at version 9. In flight, and going on: 68 devices.")


def test_no_answer_says_that_the_command_waits():
    command = a_command()
    found = answered(command, None, waits_s=30)
    assert found.startswith("LCP-HUBS hold: no answer within 30 s. The command waits on the log")
    assert command.command_id in found


def test_every_answer_of_the_contract_is_told_in_words():
    kinds = {field.name: field.type for field in inspect.type_info(CommandAnswered).fields}
    command = a_command()
    for said in kinds["answer"].values:
        for why in kinds["why"].values:
            found = answered(command, answer(command, said, why, 8), waits_s=30)
            assert "_" not in found, found
            assert found.startswith("LCP-HUBS hold: ")


@pytest.mark.usefixtures("pages")
def test_a_command_is_audited_before_and_after_it_is_sent(monkeypatch):
    sender, audit = PaperSender(accepted), PaperAudit()
    monkeypatch.setattr(PORTS, "sender", sender)
    monkeypatch.setattr(PORTS, "audit", audit)
    command = a_command()
    assert "accepted" in campaign_acting.sent(command)
    assert sender.commands == [command]
    told = [(one.who, one.what, one.of, one.end) for one in audit.accesses]
    of = f"LCP-HUBS {command.command_id}"
    assert told == [
        ("local", "command hold", of, "asked"),
        ("local", "command hold", of, "ACCEPTED done"),
    ]


@pytest.mark.usefixtures("pages")
def test_what_cannot_be_audited_is_not_sent(monkeypatch):
    sender = PaperSender(accepted)
    monkeypatch.setattr(PORTS, "sender", sender)
    monkeypatch.setattr(PORTS, "audit", PaperAudit(refuses=True))
    said = campaign_acting.sent(a_command())
    assert said == (
        "LCP-HUBS hold: not sent, the audit cannot be written (disk full), and each must be."
    )
    assert sender.commands == []


@pytest.mark.usefixtures("pages")
def test_a_broker_that_went_is_said_and_audited(monkeypatch):
    audit = PaperAudit()
    monkeypatch.setattr(PORTS, "sender", PaperSender(accepted, obstacle="no Kafka answers"))
    monkeypatch.setattr(PORTS, "audit", audit)
    assert campaign_acting.sent(a_command()) == "hold was not sent: no Kafka answers."
    assert [one.end for one in audit.accesses] == ["asked", "not sent"]


@pytest.mark.usefixtures("pages")
def test_an_audit_that_fails_once_a_command_is_answered_hides_nothing(monkeypatch):
    audit = PaperAudit()

    def accepted_on_a_full_disk(command):
        audit.refuses = True
        return accepted(command)

    monkeypatch.setattr(PORTS, "sender", PaperSender(accepted_on_a_full_disk))
    monkeypatch.setattr(PORTS, "audit", audit)
    said = campaign_acting.sent(a_command())
    assert "accepted" in said
    assert said.endswith("not how it ended: the audit cannot be written (disk full).")
    assert [one.end for one in audit.accesses] == ["asked"]


ROLES = Roles(
    "groups",
    {Role.OPERATIONS: frozenset({"ops", "duty"}), Role.PLANNING: frozenset({"plan"})},
)


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"groups": ["duty", "else"]}, {Role.OPERATIONS}),
        ({"groups": "plan"}, {Role.PLANNING}),
        ({"groups": ["ops", "plan"]}, {Role.OPERATIONS, Role.PLANNING}),
        ({"groups": ["op"]}, set()),
        ({}, set()),
        ({"groups": None}, set()),
    ],
)
def test_roles_come_from_the_claim(claims, roles):
    assert roles_in(claims, ROLES) == roles


def test_a_pseudonym_holds_no_name_and_is_the_same_for_the_same_viewer():
    claims = {"iss": "https://id.example", "sub": "a.person@example.org", "name": "A Person"}
    found = pseudonym(claims)
    assert found == pseudonym({**claims, "name": "Another"})
    assert found != pseudonym({**claims, "sub": "b.person@example.org"})
    assert "person" not in found.lower()


@pytest.mark.parametrize(
    ("claims", "over"),
    [({"exp": 101}, False), ({"exp": 100}, True), ({"exp": 99}, True), ({}, True),
     ({"exp": "101"}, True)],
)  # fmt: skip
def test_a_token_is_over_at_its_end_and_one_without_an_end_at_once(claims, over):
    assert is_expired(claims, now=100) is over


@pytest.mark.usefixtures("pages")
def test_pages_without_a_provider_are_open_on_loopback_alone():
    from streamlit import config

    assert access.viewer() == access.EVERYBODY
    assert access.role(Role.OPERATIONS)
    config.set_option("server.address", "0.0.0.0")
    assert access.viewer() is None
    assert not access.role(Role.PROGRAMME)
