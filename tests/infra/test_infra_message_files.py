"""Where files of messages are found: folders, archives, standard input; and what is refused."""

import io
import os
import sys
import tarfile
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from infra.run import message_files
from infra.run.message_files import MessageFile, NoFiles, Unread, files_in
from infra.run.taking_in import read_all
from tests.infra.command_line import twin
from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_commands import COMMANDS
from twin.ingest.arrivals import Arrival, decode_arrival, encode_arrival
from twin.ingest.door import Refused, gbcs_in, messages_in

CAME = datetime(2020, 1, 1, tzinfo=UTC)
ALERT = ALERTS["DBCH07"][0]


def names(*paths: Path) -> list[str]:
    return [file.name for file in files_in(list(paths))]


def test_files_folders_and_archives_are_one_list(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.hex").write_text("DF")
    (tmp_path / "in" / "a.hex").write_text("DD")
    with zipfile.ZipFile(tmp_path / "in" / "c.zip", "w") as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/x.bin", b"1")
    with tarfile.open(tmp_path / "d.tar.gz", "w:gz") as out:
        out.add(tmp_path / "in" / "a.hex", "m/a.hex")
        link = tarfile.TarInfo("m/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        out.addfile(link)
    assert names(tmp_path / "in") == ["a.hex", "b.hex", "c.zip/folder/x.bin"]
    assert names(tmp_path / "d.tar.gz", tmp_path / "in" / "a.hex") == [
        "d.tar.gz/m/a.hex",
        "d.tar.gz/m/link",
        "a.hex",
    ]


def test_standard_input_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(ALERT))
    monkeypatch.setattr(sys, "stdin", given)
    assert list(files_in([Path("-")])) == [MessageFile("standard input", ALERT)]


def test_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoFiles, match="nowhere is no file and no folder"):
        names(tmp_path / "nowhere")
    assert (
        "is no file and no folder" in twin("ingest", "gbcs", tmp_path / "no", "--dry-run").refusal
    )


def test_a_file_that_is_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_files, "FILE_MAX", 100)
    (tmp_path / "large").write_bytes(bytes(101))
    (tmp_path / "small").write_bytes(bytes(100))
    found = {file.name: file.octets for file in files_in([tmp_path])}
    assert found["small"] == bytes(100)
    assert isinstance(found["large"], Unread)
    taken = read_all(files_in([tmp_path]), gbcs_in, CAME, send=lambda _: None)
    assert [one.cause for one in taken.refused][:1] == ["too_large"]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, octets in members.items():
            archive.writestr(name, octets)
    return out.getvalue()


def tarred(mode: Literal["w", "w:gz"], **members: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, octets in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(octets)
            archive.addfile(entry, io.BytesIO(octets))
    return out.getvalue()


def spoilt(octets: bytes, at: int) -> bytes:
    return octets[:at] + bytes((octets[at] ^ 0xFF,)) + octets[at + 1 :]


def encrypted(octets: bytes) -> bytes:
    """An archive whose one member says of itself that it is encrypted, at both places."""
    at = octets.index(b"PK\x01\x02") + 8
    return octets[:6] + b"\x01" + octets[7:at] + b"\x01" + octets[at + 1 :]


TWO = {"a": ALERT, "b": ALERT}
HOSTILE = {
    "a zip cut in half": (zipped(**TWO)[:150], 0, "not_hexadecimal"),
    "a zip with a spoilt member": (spoilt(zipped(**TWO), 60), 1, "archive"),
    "a zip with an encrypted member": (encrypted(zipped(a=ALERT)), 0, "closed"),
    "a tar that breaks off in a member": (tarred("w", **TWO)[:1600], 1, "archive"),
    "a tar that breaks off in a header": (tarred("w", **TWO)[:1300], 1, "archive"),
    "a tar that breaks off between two": (tarred("w", **TWO)[:1024], 1, "archive"),
    "a packed tar that breaks off": (tarred("w:gz", **TWO)[:-30], 1, "archive"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_broken_archive_costs_one_line_and_no_other_file(tmp_path: Path, name: str) -> None:
    octets, before, cause = HOSTILE[name]
    (tmp_path / "m.archive").write_bytes(octets)
    (tmp_path / "z.bin").write_bytes(ALERT)
    taken = read_all(files_in([tmp_path]), messages_in, CAME, send=lambda _: None)
    assert [one.cause for one in taken.refused] == [cause]
    assert taken.messages == before + 1


def test_what_is_no_file_is_named_and_not_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    taken = read_all(files_in([tmp_path]), messages_in, CAME, send=lambda _: None)
    assert [(one.where, one.cause) for one in taken.refused] == [
        ("dangling", "no_file"),
        ("pipe", "no_file"),
    ]


def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """A hundred megabytes in a hundred kilobytes: no more than a file may have is ever held."""
    bomb = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bomb.hex", "w") as member,
    ):
        for _ in range(100):
            member.write(bytes(1024 * 1024))
    tracemalloc.start()
    taken = read_all(files_in([tmp_path]), messages_in, CAME, send=lambda _: None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [one.cause for one in taken.refused] == ["too_large"]
    assert most < 4 * message_files.FILE_MAX


def test_each_message_of_a_file_goes_on_or_is_refused_by_its_place() -> None:
    text = "\n\n".join((ALERT.hex(), "zz", COMMANDS["ECS52"][0].hex()))
    found = list(gbcs_in(text.encode(), name="some.hex", received_at=CAME))
    assert [type(one) for one in found] == [Arrival, Refused, Arrival]
    assert isinstance(found[1], Refused)
    assert (found[1].where, found[1].cause) == ("some.hex message 2", "not_hexadecimal")
    assert next(gbcs_in(ALERT, name="x", received_at=CAME)) == found[0]


@pytest.mark.parametrize(
    ("octets", "cause"), [(b"", "empty"), (b"\xff\xfe\x00", "not_hexadecimal"), (b"  ", "empty")]
)
def test_what_holds_no_message_is_refused_by_name(octets: bytes, cause: str) -> None:
    (refused,) = gbcs_in(octets, name="x", received_at=CAME)
    assert isinstance(refused, Refused)
    assert refused.cause == cause


def test_every_message_goes_through_json_unchanged() -> None:
    for messages in (COMMANDS, ALERTS):
        for octets, _ in messages.values():
            (arrival,) = gbcs_in(octets, name="x", received_at=CAME)
            assert isinstance(arrival, Arrival)
            assert decode_arrival(encode_arrival(arrival)) == arrival


def test_a_mixed_folder_goes_in_with_one_command(tmp_path: Path) -> None:
    (tmp_path / "alert.hex").write_text(ALERT.hex())
    (tmp_path / "request.xml").write_bytes(DOCUMENTS["request 11.1"])
    (tmp_path / "hostile.xml").write_bytes(b"<!DOCTYPE a><a/>")
    said = twin("ingest", "messages", tmp_path, "--dry-run")
    assert said.status == 1
    assert "3 files, 3 messages read, 1 refused" in said.out
    assert said.err.count("\n") == 1
    assert "hostile.xml" in said.err


def test_a_dry_run_counts_and_sends_nothing(tmp_path: Path) -> None:
    (tmp_path / "one.bin").write_bytes(ALERT)
    said = twin("ingest", "gbcs", tmp_path, "--dry-run")
    assert said.status == 0
    assert "1 files, 1 messages read, 0 refused; nothing was sent" in said.out
