"""The evidence behind a figure: what it is, what it stands on, and the query that makes it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboards import words
from dashboards.figures import figure, query_of, status_of
from dashboards.headlines.provenance import freshness
from dashboards.page_parts import lag_of
from dashboards.queries import PublishedSet
from dashboards.settings import Settings


@dataclass(frozen=True, slots=True)
class Evidence:
    """Explains figures of one set; `coverage` says of how much the page knows, in words."""

    published: PublishedSet
    settings: Settings
    coverage: str = "all records read"

    def explain(self, *keys: str) -> None:
        """A button beside a card or a chart that opens the evidence of its figures."""
        with st.popover("What is this figure?", type="tertiary", icon=":material/info:"):
            for key in keys:
                self._tell(key)
            self._basis()
            for mart in dict.fromkeys(figure(key).mart for key in keys):
                held = next(key for key in keys if figure(key).mart == mart)
                st.markdown(f"The query of mart `{mart}`")
                st.code(query_of(figure(held)), language="sql")

    @property
    def on_cards(self) -> Callable[[str], None]:
        """The same for a row of cards, of one figure each."""
        return self.explain

    def _tell(self, key: str) -> None:
        found = figure(key)
        of = f" of {found.denominator}" if found.denominator else ""
        lines = [
            f"**{found.name}.** {found.definition}",
            f"- Counted: {found.numerator}{of}",
            f"- A row: {found.grain}; unit: {found.unit}",
            f"- Status: {status_of(found, self.published.meta)}",
            f"- Source: {', '.join(found.paragraphs) or 'no paragraph asks for it'}",
            f"- Columns: `{found.mart}` {', '.join(f'`{name}`' for name in found.columns)}",
        ]
        if found.events:
            lines.append(f"- Made of: {', '.join(f'`{name}`' for name in found.events)}")
        st.markdown("\n".join((lines[0], "", *lines[1:])))

    def _basis(self) -> None:
        meta = self.published.meta
        fresh = freshness(meta, now=self.settings.now, lag=lag_of(self.published))
        records = words.exactly(meta.records, "record")
        st.markdown(
            f"Basis: set {meta.set_id}, {records}. {fresh.text}. Coverage: {self.coverage}."
        )
