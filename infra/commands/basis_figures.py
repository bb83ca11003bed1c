"""The figures that are published with a basis when it is named."""

import msgspec

from infra.commands.known import files_of, list_of
from twin.lake import read
from twin.lake.basis import Basis
from twin.lake.table import Lake
from twin.state.measures import MEASURES, by_list
from twin.state.restatement import Courses


def with_figures(home: str | None, basis: Basis, lake: Lake) -> Basis:
    """The basis with every measure, as at the newest fact that it knows."""
    products = list_of(home, basis)
    courses = Courses(
        read.records(files_of(lake, basis), upto=basis.positions), is_known=lambda _: True
    )
    measures = (*MEASURES.values(), by_list(products.capable_version))
    figures = {one.name: courses.restate(one).before for one in measures}
    return msgspec.structs.replace(basis, figures=figures, figures_at=courses.valid)
