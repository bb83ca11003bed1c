"""What the pages ask of the registry of figures."""

from dashboards.queries import Meta
from twin.marts.figures.registry import Figure, figures, mart_sql


def figure(key: str) -> Figure:
    """A figure by its key; one that the registry does not hold is a bug of the page."""
    return figures()[key]


def query_of(found: Figure) -> str:
    """The query that makes the figure's mart."""
    return mart_sql(found.mart)


def status_of(found: Figure, meta: Meta) -> str:
    """Whether it is observed, simulated, assumed or a forecast, in words."""
    if found.status == "simulated":
        if meta.simulated:
            return "simulated: counted from events of a simulated fleet"
        return "observed: counted from events"
    return {
        "observed": "observed: counted from events",
        "assumed": "assumed: given by a plan or an assumption",
        "forecast": "forecast: drawn from a model, as known on its day",
    }[found.status]
