"""Opening a page from the entry point, as a visitor does."""

from importlib.resources import files

from streamlit.testing.v1 import AppTest

APP = str(files("dashboards") / "app.py")


def opened(page: str, **query: str) -> AppTest:
    """A page of `dashboards/app_pages` by its file's name, with filters in the address line."""
    app = AppTest.from_file(APP, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    if page != "progress":
        app.switch_page(f"app_pages/{page}.py")
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    return app
