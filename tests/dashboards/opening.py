"""A page through AppTest, from the entry point as a browser would open it."""

from importlib.resources import files

from streamlit.testing.v1 import AppTest

APP = str(files("dashboards") / "app.py")
SHARED = ("progress", "ops", "premises")
PROGRAMME = ("waves", "regions", "suppliers", "han", "pin")


def opened(page: str, **query: str) -> AppTest:
    """The page after its first run, with a query of the address."""
    app = AppTest.from_file(APP, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    if page != "progress":
        app.switch_page(f"app_pages/{page}.py")
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    return app
