"""Install codes, keys, certificates and PINs: in no field, text or refusal (BR03, BR10)."""

import base64
import pickle
import secrets

import msgspec
import pytest

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_parts import NOON, note
from twin.events.gbcs_payloads.device_logs import AddDevice
from twin.ingest.gbcs.facts import facts_of
from twin.ingest.gbcs.hex_text import messages_in
from twin.ingest.gbcs.message import GbcsMessage, read_message

SIZES = (6, 8, 12, 16)


def hidden(secret: bytes) -> dict[str, bytes]:
    """Messages that carry a secret in each place where one may stand."""
    held = [(b.CAD, secret.ljust(16, b"\x00"))]
    broker = b.other_information(0x0013, b.eui(b.PARTY), bytes(8), secret * 20)
    return {
        "CCS01": b.command(0x0001, b.add_device(code=secret)),
        "CCS03": b.command(0x0003, b.restore(held)),
        "CCS07": b.response(
            0x00FE, b.answer((3, 0, b.backup(NOON, held)), (3, 0, b.backup(NOON, held)))
        ),
        "CS14": b.alert(0x0018, note(0x8F12, b.backup(NOON, held))),
        "CS03C": b.command(0x00AF, b.join(3, certificate=secret * 20)),
        "header certificate": b.command(0x0013, b.NULL, other=broker),
        "ECS14": b.command(0x0023, b.request((b.part(2, 1, "00005E2C0301", 2), b.string(secret)))),
        "GCS11": b.command(0x0073, b.gbz(b.component(0x0708, 9, 2, bytes(11) + b.sized(secret)))),
        "another use case": b.command(
            0x0058, b.request((b.part(2, 1, "00005E2C0301", 2), b.string(secret, tag=10)))
        ),
        "credentials": b.response(0x000C, b.sequence(b.octet_string(secret))),
        "signature": b.signing(b.COMMAND, 0x0013, b.NULL, signature=secret.ljust(64, b"\x01")),
        "MAC": b.wrapped(b.signing(b.COMMAND, 0x0013, b.NULL), mac=secret.ljust(12, b"\x01")[:12]),
    }


def traces(secret: bytes) -> set[str]:
    """Ways in which a secret could be written."""
    return {
        secret.hex(),
        secret.hex().upper(),
        secret.hex("-").upper(),
        secret.hex(":"),
        repr(secret)[2:-1],
        base64.b64encode(secret).decode().rstrip("=")[:-1],
        str(int.from_bytes(secret, "big")),
        str(int.from_bytes(secret, "little")),
        secret.decode("latin-1"),
    }


def told_of(found: object) -> str:
    """Everything that could be written of what was read."""
    said = [repr(found), str(found), msgspec.json.encode(found).decode()]
    said.append(pickle.dumps(found).decode("latin-1"))
    if isinstance(found, GbcsMessage):
        facts = facts_of(found)
        said += [repr(facts), msgspec.json.encode(facts).decode(), found.name]
    return "\n".join(said)


@pytest.mark.parametrize("size", SIZES)
def test_a_secret_is_in_nothing_that_is_read(size: int) -> None:
    secret = secrets.token_bytes(size)
    for place, octets in hidden(secret).items():
        found = read_message(octets)
        if place != "another use case":
            assert isinstance(found, GbcsMessage), place
        told = told_of(found)
        assert not [trace for trace in traces(secret) if trace in told], place


@pytest.mark.parametrize("size", SIZES)
def test_a_secret_is_in_no_refusal(size: int) -> None:
    secret = secrets.token_bytes(size)
    marks = traces(secret)
    for place, octets in hidden(secret).items():
        for upto in range(len(octets)):
            told = told_of(read_message(octets[:upto]))
            assert not [trace for trace in marks if trace in told], place
        for text in (octets.hex()[:-1], octets.hex() + "g", f"{octets.hex()[:-2]}\nzz"):
            refusals = [one for one in messages_in(text) if not isinstance(one, bytes)]
            assert not [trace for trace in marks if trace in told_of(refusals)], place


def test_the_search_for_secrets_can_find_one() -> None:
    secret = secrets.token_bytes(8)
    device = secret.hex("-").upper()
    told = told_of(read_message(b.command(0x0001, b.add_device(device=device))))
    assert [trace for trace in traces(secret) if trace in told]


@pytest.mark.parametrize("size", [*SIZES, 0, 5, 7, 18])
def test_of_an_install_code_the_length_goes_on(size: int) -> None:
    found = read_message(b.command(0x0001, b.add_device(code=secrets.token_bytes(size))))
    assert isinstance(found, GbcsMessage)
    assert isinstance(found.payload, AddDevice)
    assert found.payload.install_code_length == size
