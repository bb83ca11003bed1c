"""Downloads of what is on a page: tidy, as CSV and as Parquet."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from io import BytesIO
from typing import Final, Literal

import polars as pl
import streamlit as st

from twin.evidence.document import Document
from twin.evidence.printing.pack import zipped

_MIMES: Final = {
    "csv": "text/csv",
    "html": "text/html",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


def file_stem(page: str, slugs: Sequence[str], on: date) -> str:
    """`page_filters_asat`, as in `suppliers_north_2017-11-30`."""
    return "_".join((page, *slugs, on.isoformat()))


def offer(
    frame: pl.DataFrame,
    *,
    page: str,
    on: date,
    slugs: Sequence[str] = (),
    what: str = "the numbers",
) -> None:
    """Two buttons for the numbers of a page as they were on a day; see `offer_as`."""
    offer_as(frame, stem=file_stem(page, slugs, on), what=what)


def offer_as(frame: pl.DataFrame, *, stem: str, what: str = "the numbers") -> None:
    """Two buttons: the frame as CSV (`as_csv`) and as Parquet, under the name `stem`.

    `what` says on the buttons what they hold. The files are made when they are asked for.
    """
    with st.container(horizontal=True):
        offer_file(f"{what} (CSV)", lambda: as_csv(frame), name=f"{stem}.csv")
        offer_file(f"{what} (Parquet)", lambda: as_parquet(frame), name=f"{stem}.parquet")


def offer_file(
    what: str,
    made: Callable[[], str | bytes],
    *,
    name: str,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button for one file, which is made when it is asked for; its ending tells its type."""
    st.download_button(
        f"Download {what}",
        data=made,
        file_name=name,
        mime=_MIMES[name.rpartition(".")[2]],
        on_click="ignore",
        type=kind,
    )


def offer_pack(
    document: Document,
    *,
    stem: str,
    files: Callable[[], Mapping[str, bytes]],
    archive: Callable[[], bytes],
) -> None:
    """A document as HTML and as PDF, and every table of it in one archive, made when asked for."""
    with st.container(horizontal=True):
        for ending in ("html", "pdf"):
            made = partial(_one_of, files, f"{document.name}.{ending}")
            offer_file(f"the pack ({ending.upper()})", made, name=f"{stem}.{ending}")
        offer_file("every table (CSV, zip)", archive, name=f"{stem}.zip")
        made = partial(parquets_of, document)
        offer_file("every table (Parquet, zip)", made, name=f"{stem}_parquet.zip")


def as_csv(frame: pl.DataFrame) -> str:
    """Tidy CSV, one line of headings: ISO dates, moments in UTC, lists joined by a semicolon."""
    plain = frame.with_columns(
        pl.col(name).list.join("; ")
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.List)
    )
    return plain.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S%.fZ")


def as_parquet(frame: pl.DataFrame) -> bytes:
    """The same bytes for the same frame."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def parquets_of(document: Document) -> bytes:
    """Every table of a document as Parquet in one archive; cells are texts, as in its CSV."""
    return zipped(
        {
            f"{table.name}.parquet": as_parquet(
                pl.DataFrame(
                    list(table.rows), dict.fromkeys(table.columns, pl.String), orient="row"
                )
            )
            for table in document.tables()
        }
    )


def _one_of(files: Callable[[], Mapping[str, bytes]], name: str) -> bytes:
    return files()[name]
