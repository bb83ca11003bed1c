"""Proofs for the pages: those of `twin rebuild`, and what the last finished run came to."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from infra.run.summary import Summary
from streams.ledger import CODE_VERSION
from twin.bulk.differences import Difference
from twin.bulk.proof import SPOT_CHECK, Proof, kept_proofs, proof_file
from twin.marts.build import MartBuilder
from twin.marts.given import Rows
from twin.marts.meta import SetMeta
from twin.marts.publish import current_set, publish, told_of


def proof_tables(home: Path) -> dict[str, Rows]:
    """What the builder of marts is handed of proofs (`twin.marts.given`)."""
    proofs = kept_proofs(home)
    rows = [*map(_row, proofs), *_of_run(home)]
    compared = next((proof for proof in proofs if _tells(proof)), None)
    differing = () if compared is None else compared.differences
    return {"proofs": rows, "differences": [_difference(one) for one in differing]}


def proofs_mark(home: Path) -> tuple[int, ...]:
    """Changes whenever there is another proof."""
    files = (proof_file(home), home / "proofs" / "kept", home / "summary.json")
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


def show_proofs(home: Path, *, now: datetime) -> None:
    """Publish the current set once more with the proofs of today, where no publisher is at work.

    Its figures, and how old it says they are, stay as they were. Without a set nothing happens.
    """
    folder = current_set(home)
    if folder is None:
        return
    frames = {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}
    set_id = f"{now:%Y%m%dT%H%M%S%f}-proof"
    meta = SetMeta(set_id=set_id, code_version=CODE_VERSION, published_at=now, premises=0)
    builder = MartBuilder()
    built = builder.build(meta=meta, health=proof_tables(home))
    builder.close()
    proved = {name: built[name] for name in ("proofs", "proof_differences")}
    named = frames["meta"].with_columns(pl.lit(set_id).alias("set_id"))
    paths = [str(home.absolute() / path) for path in frames["files"]["path"]]
    files = pl.DataFrame({"path": paths}, schema={"path": pl.String})
    shown = told_of(folder)
    publish(
        {**frames, **proved, "meta": named, "files": files},
        home=home,
        set_id=set_id,
        now=now,
        line="" if shown is None else shown.line,
    )


def _tells(proof: Proof) -> bool:
    """Whether a proof compared; a spot check that found nothing clears no older difference."""
    return proof.equal is not None and not (proof.equal and proof.made_by == SPOT_CHECK)


def _row(proof: Proof) -> dict[str, Any]:
    return {
        "made_at": _naive(proof.made_at),
        "made_by": f"{proof.made_by}, {proof.engine}",
        "code_version": proof.code_version,
        "premises": proof.premises,
        "records": proof.records.seen,
        "basis": " ".join(f"{place}@{end}" for place, end in proof.basis.items()) or None,
        "digest": proof.digest,
        "live_digest": proof.live_digest,
        "equal": proof.equal,
        "differing": proof.differing,
    }


def _of_run(home: Path) -> Iterator[dict[str, Any]]:
    """The live tables, the readable replay and the lake, as a run compared them at its end."""
    file = home / "summary.json"
    try:
        summary = msgspec.json.decode(file.read_bytes(), type=Summary)
    except (FileNotFoundError, msgspec.DecodeError):
        return  # no run has finished here, or one of another version
    found = summary.digests
    written_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    yield {
        "made_at": _naive(summary.made_at or written_at),
        "made_by": "the end of a run",
        "code_version": summary.code_version,
        "premises": summary.premises["registered"],
        "records": found.lake_seen,
        "digest": found.lake,
        "live_digest": found.live,
        "equal": found.equal,
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "premises_id": one.premises_id,
        "partition": one.partition,
        "why": one.why,
        "fields": ", ".join(one.fields) or None,
        "event": None if one.event is None else one.event.event,
        "offset": None if one.event is None else one.event.offset,
    }


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
