"""The page server's ports: the audit on disk, who may what, a log that does not answer."""

import os
import socket
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import polars as pl
import pytest
from msgspec.structs import replace

from dashboards.ports import Access, NotAudited, NotSent, Role
from infra.pages.audit import FileAudit
from infra.pages.provider import BadProvider, read_provider
from infra.pages.sending import LogSender
from infra.pages.starting import command
from infra.pages.warming import KernelWarmer
from infra.run.proofs import proof_tables, proofs_mark, show_proofs
from tests.campaign.campaign_samples import command as a_command
from tests.infra.test_infra_cli import SUMMARY
from tests.marts import sample
from twin.bulk.differences import Difference, EventNamed
from twin.bulk.proof import KEPT, Proof, kept_proofs, last_proof, proof_file, publish_proof
from twin.marts.publish import current_set
from twin.state.counts import Outcomes

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_accesses_are_whole_lines_however_many_write_at_once(tmp_path):
    audit = FileAudit(tmp_path)

    def write(nth: int) -> None:
        for n in range(20):
            audit.note(Access(NOW, f"u-{nth}", "premises page", f"P{n:016x}"))

    threads = [threading.Thread(target=write, args=(nth,)) for nth in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = audit.file.read_bytes().splitlines()
    found = [msgspec.json.decode(line, type=Access) for line in lines]
    assert len(found) == 80
    for nth in range(4):
        own = [one.of for one in found if one.who == f"u-{nth}"]
        assert own == [f"P{n:016x}" for n in range(20)]
    assert audit.file.stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"


def test_an_audit_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "audit").write_text("a file where a folder should be")
    with pytest.raises(NotAudited, match="the audit cannot be written"):
        FileAudit(tmp_path).note(Access(NOW, "local", "premises page", "P1"))


GOOD = """
[auth]
redirect_uri = "http://127.0.0.1:8501/oauth2callback"
cookie_secret = "x"
client_id = "twin"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
[roles]
claim = "groups"
operations = ["duty", "lead"]
"""


def test_a_provider_is_read_with_its_roles(tmp_path):
    file = tmp_path / "auth.toml"
    file.write_text(GOOD)
    found = read_provider(file)
    assert found.roles.claim == "groups"
    assert found.roles.values == {Role.OPERATIONS: frozenset({"duty", "lead"})}
    assert found.auth["client_id"] == "twin"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[auth]", "[auth", "cannot be read"),
        ("[roles]", "[rolls]", r"needs the tables \[auth\] and \[roles\]"),
        ('client_id = "twin"', "", r"\[auth\] of .* lacks client_id"),
        ("operations", "operation", r"\[roles\] of .* knows no operation"),
        ('["duty", "lead"]', '"duty"', "operations in .* must be a list"),
        ('claim = "groups"', "claim = 1", "claim in .* must be a text"),
    ],
)
def test_a_bad_provider_is_one_sentence(tmp_path, before, after, said):
    file = tmp_path / "auth.toml"
    file.write_text(GOOD.replace(before, after, 1))
    with pytest.raises(BadProvider, match=said):
        read_provider(file)


def test_a_provider_that_is_missing_is_one_sentence(tmp_path):
    with pytest.raises(BadProvider, match="cannot be read"):
        read_provider(tmp_path / "none.toml")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense", "127.0.0.1:99999", ""])
def test_without_a_log_nothing_is_sent_and_it_is_said_why(address):
    sender = LogSender(address, security={})
    assert "no Kafka answers" in sender.obstacle()
    with pytest.raises(NotSent, match="was not sent: no Kafka answers"):
        sender.send(a_command("hold", 1))


def test_a_log_that_listens_is_no_obstacle():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert LogSender(f"127.0.0.1:1, 127.0.0.1:{port}", security={}).obstacle() is None


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_bad_port_is_refused(port):
    with pytest.raises(ValueError, match="port"):
        command(port=port)


def a_proof(minute: int, **changed: object) -> Proof:
    given = {
        "engine": "bulk",
        "made_at": NOW.replace(minute=minute),
        "code_version": "0.1.0",
        "basis": {"0/0": 10},
        "premises": 3,
        "records": Outcomes(applied=30),
        "digest": "ab",
        **changed,
    }
    return Proof(**given)  # type: ignore[arg-type]


def test_proofs_are_kept_newest_first_and_not_for_ever(tmp_path):
    for minute in range(KEPT + 5):
        publish_proof(tmp_path, a_proof(minute))
    found = kept_proofs(tmp_path)
    assert [proof.made_at.minute for proof in found] == list(range(KEPT + 4, 4, -1))
    assert last_proof(tmp_path) == found[0]
    (proof_file(tmp_path).parent / "kept" / "99999999T.json").write_text("{of another version")
    assert kept_proofs(tmp_path) == found


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    sample.sample_home(home, premises=2)
    return home


def test_a_proof_shows_at_once_in_a_set_that_is_otherwise_the_same(published):
    before = current_set(published)
    old = {path.stem: pl.read_parquet(path) for path in before.glob("*.parquet")}
    mark = proofs_mark(published)
    event = EventNamed(epoch=0, partition=1, offset=7, event="bands.band-selected")
    difference = Difference(
        premises_id="P" + "a" * 16, partition=1, why="state", fields=("pin", "links"), event=event
    )
    publish_proof(published, a_proof(1))
    compared = {"equal": False, "live_digest": "cd", "differing": 1, "differences": (difference,)}
    publish_proof(published, a_proof(2, **compared))
    publish_proof(published, a_proof(3))
    assert proofs_mark(published) != mark

    show_proofs(published, now=NOW)
    folder = current_set(published)
    assert folder != before
    new = {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}
    assert new["proofs"]["equal"].to_list() == [None, False, None]
    assert new["proofs"]["basis"].to_list() == ["0/0@10"] * 3
    assert new["proof_differences"].rows() == [
        ("P" + "a" * 16, 1, "state", "pin, links", "bands.band-selected", 7)
    ]
    assert new["meta"]["set_id"].item() == folder.name
    same = set(old) - {"proofs", "proof_differences", "meta"}
    assert all(new[name].equals(old[name]) for name in same), "lake files are found as before"
    left = [column for column in old["meta"].columns if column != "set_id"]
    assert new["meta"].select(left).equals(old["meta"].select(left))


def test_without_a_set_or_a_run_there_is_nothing_to_show(tmp_path):
    show_proofs(tmp_path, now=NOW)
    assert current_set(tmp_path) is None
    assert proof_tables(tmp_path) == {"proofs": [], "differences": []}
    (tmp_path / "summary.json").write_text('{"of": "another version"}')
    assert proof_tables(tmp_path)["proofs"] == []


def test_the_proof_at_the_end_of_a_run_tells_its_moment_and_its_code(tmp_path):
    file = tmp_path / "summary.json"
    older = replace(SUMMARY, premises={"registered": 1})
    file.write_bytes(msgspec.json.encode(replace(older, made_at=NOW, code_version="9.9")))
    (row,) = proof_tables(tmp_path)["proofs"]
    assert (row["made_at"], row["code_version"]) == (NOW.replace(tzinfo=None), "9.9")

    file.write_bytes(msgspec.json.encode(older))
    os.utime(file, (0, 0))
    (row,) = proof_tables(tmp_path)["proofs"]
    told = row["made_at"], row["code_version"]
    assert told == (datetime.fromtimestamp(0, UTC).replace(tzinfo=None), None), (
        "an older summary tells neither"
    )


@pytest.mark.parametrize(("status", "standing"), [(0, "warm"), (3, "failed")])
def test_the_kernels_are_compiled_in_a_process_of_its_own(tmp_path, status, standing):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    code = f"import sys; open({str(gate)!r}).read(); sys.exit({status})"
    warmer = KernelWarmer([sys.executable, "-c", code])
    assert warmer.standing() == "unwatched"
    warmer.start()
    assert warmer.standing() == "warming"
    gate.write_bytes(b"go")
    while warmer.standing() == "warming":
        os.sched_yield()
    assert warmer.standing() == standing
    warmer.stop()
    assert warmer.standing() == standing, "what is over is not ended once more"


def test_the_compiling_process_ends_with_the_server():
    warmer = KernelWarmer([sys.executable, "-c", "import signal; signal.pause()"])
    warmer.start()
    warmer.stop()
    assert warmer.standing() == "failed"
