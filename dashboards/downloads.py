"""Downloads of what is on a page: tidy, as CSV and as Parquet."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from io import BytesIO

import polars as pl
import streamlit as st

from twin.evidence.document import Document
from twin.evidence.printing.pack import zipped


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
        st.download_button(
            f"Download {what} (CSV)",
            data=lambda: as_csv(frame),
            file_name=f"{stem}.csv",
            mime="text/csv",
            on_click="ignore",
        )
        st.download_button(
            f"Download {what} (Parquet)",
            data=lambda: as_parquet(frame),
            file_name=f"{stem}.parquet",
            mime="application/vnd.apache.parquet",
            on_click="ignore",
        )


def offer_pack(
    document: Document,
    *,
    stem: str,
    files: Callable[[], Mapping[str, bytes]],
    archive: Callable[[], bytes],
) -> None:
    """A document as HTML and as PDF, and every table of it in one archive, made when asked for."""
    kinds = (("HTML", "html", "text/html"), ("PDF", "pdf", "application/pdf"))
    with st.container(horizontal=True):
        for name, ending, mime in kinds:
            st.download_button(
                f"Download the pack ({name})",
                data=partial(_one_of, files, f"{document.name}.{ending}"),
                file_name=f"{stem}.{ending}",
                mime=mime,
                on_click="ignore",
            )
        st.download_button(
            "Download every table (CSV, zip)",
            data=archive,
            file_name=f"{stem}.zip",
            mime="application/zip",
            on_click="ignore",
        )
        st.download_button(
            "Download every table (Parquet, zip)",
            data=lambda: parquets_of(document),
            file_name=f"{stem}_parquet.zip",
            mime="application/zip",
            on_click="ignore",
        )


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
