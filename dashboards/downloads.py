"""Downloads of what is on a page: tidy, as CSV and as Parquet."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from io import BytesIO

import polars as pl
import streamlit as st


def file_stem(page: str, slugs: Sequence[str], on: date) -> str:
    """`page_filters_asat`, as in `suppliers_north_2017-11-30`."""
    return "_".join((page, *slugs, on.isoformat()))


def offer(frame: pl.DataFrame, *, page: str, on: date, slugs: Sequence[str] = ()) -> None:
    """Two buttons: the frame as CSV (ISO dates, one header line) and as Parquet."""
    stem = file_stem(page, slugs, on)
    with st.container(horizontal=True):
        st.download_button(
            "Download the numbers (CSV)",
            data=lambda: frame.write_csv(),
            file_name=f"{stem}.csv",
            mime="text/csv",
            on_click="ignore",
        )
        st.download_button(
            "Download the numbers (Parquet)",
            data=lambda: _parquet(frame),
            file_name=f"{stem}.parquet",
            mime="application/vnd.apache.parquet",
            on_click="ignore",
        )


def offer_pack(
    document: str,
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
                data=partial(_one_of, files, f"{document}.{ending}"),
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


def _one_of(files: Callable[[], Mapping[str, bytes]], name: str) -> bytes:
    return files()[name]


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()
