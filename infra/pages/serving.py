"""The page server as one ASGI application: the pages, `/healthz`, and compression."""

import signal
from importlib.resources import files
from pathlib import Path
from typing import Final, NoReturn

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit import config

from dashboards import ports
from dashboards.keeping import KEEPING
from dashboards.making import MAKING
from dashboards.warmth import WARMTH
from infra.broker import LocalBroker
from infra.pages.audit import FileAudit
from infra.pages.beside import BesideMaker
from infra.pages.inquiries import LogInquiries
from infra.pages.keeping import HomeKeeper
from infra.pages.provider import Provider, read_provider
from infra.pages.sending import LogSender
from infra.pages.warming import KernelWarmer
from streams.settings import Settings
from twin.marts.publish import current_set

COMPRESSION: Final = 6
SCRIPT: Final = Path(str(files("dashboards") / "app.py"))


def serve(settings: Settings, *, port: int) -> None:
    """Serve the pages until a signal.

    Raises:
        BadProvider: the identity provider that the settings name cannot be used.
    """
    provider = None if settings.auth is None else read_provider(settings.auth)
    app = application(settings, provider)
    config.set_option("server.port", port)
    address = str(config.get_option("server.address"))
    warmer = KernelWarmer()
    WARMTH.install(warmer)
    warmer.start()
    maker = BesideMaker()
    signal.signal(signal.SIGTERM, _end)
    MAKING.install(maker)
    maker.start()
    try:
        uvicorn.run(app, host=address, port=port, log_level="warning", ws_max_size=20_000_000)
    finally:
        maker.stop()
        warmer.stop()


def _end(*_: object) -> NoReturn:
    """End with what stands in `finally`: uvicorn raises the signal again when it has shut down."""
    raise SystemExit(0)


def application(settings: Settings, provider: Provider | None) -> st.App:
    """The application with its ports set; one to a process."""
    bootstrap, security = _bootstrap(settings), settings.client_security
    ports.install(
        sender=LogSender(bootstrap, security=security),
        inquiries=LogInquiries(settings.home, bootstrap, security=security),
        audit=FileAudit(settings.home),
        roles=None if provider is None else provider.roles,
    )

    KEEPING.install(HomeKeeper(settings.home))

    async def healthz(_: Request) -> JSONResponse:
        """Alive, and which set is shown: for whatever watches over the server."""
        shown = current_set(settings.home)
        return JSONResponse({"status": "ok", "set": None if shown is None else shown.name})

    return st.App(
        SCRIPT,
        secrets=None if provider is None else {"auth": provider.auth},
        routes=[Route("/healthz", healthz)],
        middleware=[Middleware(GZipMiddleware, minimum_size=1000, compresslevel=COMPRESSION)],
    )


def _bootstrap(settings: Settings) -> str:
    if settings.broker == "local":
        return LocalBroker(settings.home).bootstrap
    return settings.broker
