"""Opening a page whose address is not the name of its file: it must be registered first."""

from streamlit.testing.v1 import AppTest

from tests.dashboards.opening import APP


def opened_at(page: str, **query: str) -> AppTest:
    """The page of a file of `dashboards/app_pages` after its first run, with a query."""
    app = AppTest.from_file(APP, default_timeout=30).run()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception, [one.value for one in app.exception]
    return app
