"""Marts that a rebuild of the fleet counts as it goes, written as a folder of Parquet files."""

import importlib
from io import BytesIO
from pathlib import Path
from typing import Any

from infra.refusals import CommandRefused
from infra.run.engines import Engine
from twin.bulk.proof import Proof, proof_text
from twin.lake.durable import write_whole


class Counted:
    """How the fleet stands, counted while it is folded, and where that is to be written."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        """Nothing is counted yet.

        Raises:
            CommandRefused: the folder holds something, or the engine gives no columns to count.
        """
        if engine is Engine.READABLE:
            raise CommandRefused("the readable engine gives no columns of state to count marts of")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandRefused(
                f"{folder} is no empty folder: marts of two folds must not be mixed"
            )
        self._folder = folder
        # numba takes a second to come, which no other command should wait for
        standing: Any = importlib.import_module("twin.bulk.standing")
        self._standing = standing.Standing()

    def see(self, columns: Any) -> None:
        """Count a range of premises."""
        self._standing.add(columns)

    def write(self, proof: Proof) -> str:
        """Write the marts, and last what they stand on; gives a sentence that says so."""
        self._folder.mkdir(parents=True, exist_ok=True)
        marts = self._standing.marts()
        for name, frame in marts.items():
            file = BytesIO()
            frame.write_parquet(file, compression="zstd")
            write_whole(self._folder / f"{name}.parquet", file.getvalue())
        write_whole(self._folder / "proof.json", proof_text(proof))
        return f"{len(marts)} marts of the fleet as it stands are in {self._folder}"
