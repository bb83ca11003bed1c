"""Writing a pack: an HTML, a PDF, a CSV of every table; the same document, the same bytes."""

import csv
import io
import zipfile
from pathlib import Path

from twin.evidence.document import Document, Table
from twin.evidence.refusals import CannotWrite
from twin.lake.durable import write_whole


def make_room(folder: Path) -> None:
    """Make the folder of a pack, before the work is done.

    Raises:
        CannotWrite: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"cannot write to {folder}: {error.strerror}") from error


def pack_of(document: Document, *, data: bytes | None = None) -> dict[str, bytes]:
    """The files of a document's pack by name; `data` is its JSON."""
    from twin.evidence.printing.html import as_html  # the printers take a second to load
    from twin.evidence.printing.pdf import as_pdf

    files = {
        f"{document.name}.html": as_html(document).encode(),
        f"{document.name}.pdf": as_pdf(document),
        **tables_of(document),
    }
    return files if data is None else {**files, f"{document.name}.json": data}


def tables_of(document: Document) -> dict[str, bytes]:
    """Every table of a document as CSV, by the name of its file."""
    return {f"{table.name}.csv": as_csv(table) for table in document.tables()}


def zipped(files: dict[str, bytes]) -> bytes:
    """Files as one archive; the same files give the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def write_pack(document: Document, folder: Path, *, data: bytes | None = None) -> list[Path]:
    """Write a document into a folder, and `data` as its JSON; gives the files.

    Raises:
        CannotWrite: the folder cannot be made or written to.
    """
    written = pack_of(document, data=data)
    make_room(folder)
    try:
        for name, content in written.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise CannotWrite(f"cannot write to {folder}: {error.strerror}") from error
    return [folder / name for name in written]


def as_csv(table: Table) -> bytes:
    """The rows of a table as they stand in the document, with a heading."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return text.getvalue().encode()
