"""`python -m tests.browser.pictures FOLDER`: pictures of all pages of a finished run, for the docs.

The run is that of TWIN_HOME. The pages are served from it with the clock stopped a minute after
its newest record, so that nothing in them is stale, also where the marts were built again later,
and the same run gives the same pictures.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

from dashboards.queries import open_current
from dashboards.settings import CLOCK, LIVE
from tests.browser.conftest import serving
from tests.browser.paths import PATHS, PRESSED, idle
from tests.browser.server import CHROMIUM, FLAGS

WIDE: Final = (1440, 1000)
PHONE: Final = (390, 844)
HEIGHT_MAX: Final = 6_000
HEIGHT: Final = """() => Math.max(
    ...[...document.querySelectorAll('[data-testid=stMain], [data-testid=stSidebarContent]')]
        .map(part => part.scrollHeight))"""
COLOURS: Final = 64
"""Colours of a picture: charts and text need few, and the file is a quarter of the size."""


def taken(
    folder: Path, *, home: Path, paths: Mapping[str, str], width: tuple[int, int] = WIDE
) -> list[Path]:
    """A PNG a page, as long as the page is.

    Raises:
        SystemExit: nothing is published under `home`, or chromium is missing.
    """
    published = open_current(home)
    if published is None:
        sys.exit(f"no set is published under {home}: `twin run` publishes one")
    if not Path(CHROMIUM).exists():
        sys.exit("chromium is missing (apt-get install chromium)")
    folder.mkdir(parents=True, exist_ok=True)
    now = (published.meta.newest_logged_at or published.meta.published_at) + timedelta(minutes=1)
    also = {LIVE: "0", CLOCK: now.isoformat()}
    with (
        serving(home, also) as address,
        sync_playwright() as playwright,
        TemporaryDirectory() as profile,
    ):
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=list(FLAGS),
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": width[0], "height": width[1]},
        )
        try:
            return [
                _shot(context, address + path, folder / f"{name}.png", width)
                for name, path in paths.items()
            ]
        finally:
            context.close()


def _shot(context: BrowserContext, url: str, path: Path, size: tuple[int, int]) -> Path:
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(url)
    idle(page)
    if path.stem in PRESSED:
        PRESSED[path.stem](page)
        idle(page)
    _grow(page, size)
    page.screenshot(path=path, animations="disabled")
    page.close()
    _shrink(path)
    return path


def _grow(page: Page, size: tuple[int, int]) -> None:
    """Streamlit scrolls inside, so the window grows until page and sidebar are seen whole."""
    for _ in range(2):
        height = page.evaluate(HEIGHT)
        tall = min(max(size[1], int(height)), HEIGHT_MAX)
        page.set_viewport_size({"width": size[0], "height": tall})
        idle(page)


def _shrink(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main(argv: list[str] | None = None) -> int:
    """Take the pictures; prints each file."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the PNG files go")
    parser.add_argument("--phone", action="store_true", help="390 pixels wide")
    parser.add_argument("--only", nargs="*", metavar="PAGE", help="names such as gates")
    given = parser.parse_args(argv)
    unknown = set(given.only or ()) - set(PATHS)
    if unknown:
        parser.error(f"no such page: {', '.join(sorted(unknown))} (there are {', '.join(PATHS)})")
    paths = {name: PATHS[name] for name in given.only or PATHS}
    home = Path(os.environ.get("TWIN_HOME", ".twin")).resolve()
    size = PHONE if given.phone else WIDE
    for path in taken(given.folder, home=home, paths=paths, width=size):
        print(f"{path} {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
