"""How soon a page is usable: ``python -m bench.page`` opens it in Chromium on this machine.

Usable: the answer, its form and its script are there, and the first chart is drawn.  Cold: a place
that nobody asked about since the server started, in a browser that has nothing of it.  Warm: the
same place again, in the same browser.  And the time from ticking a box to a first answer on the
screen.  Wall-clock medians; nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import time
from typing import Any

from bench.serving import served

MUST_SECONDS = 1.5
PLACES = (
    "stewart-detention-center-ga",
    "adelanto-ice-processing-center-ca",
    "eloy-federal-contract-facility-az",
    "south-texas-ice-processing-center-tx",
    "tacoma-ice-processing-center-wa",
)
_USABLE = "html.scripted #shown .chart.vega-embed svg"
_FIRST_ANSWER = '#shown:is([data-draws="4"], [data-draws="60"])'
_WHOLE_ANSWER = '#shown[data-done="yes"]'


def opened(page: Any, address: str) -> float:
    """Seconds until a page is usable."""
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(_USABLE, timeout=60_000)
    return time.perf_counter() - begun


def ticked(page: Any) -> float:
    """Seconds from ticking a box to a first answer on the screen."""
    page.wait_for_selector(_WHOLE_ANSWER, timeout=120_000)
    for details in page.query_selector_all("details.package, details.control"):
        details.evaluate("one => { one.open = true; }")
    box = page.locator('input[name="a.hygiene"]')
    begun = time.perf_counter()
    box.click()
    page.wait_for_selector(_FIRST_ANSWER, timeout=60_000)
    return time.perf_counter() - begun


def main() -> None:
    """Start a server and a browser, measure, and print what was found as JSON."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=len(PLACES))
    options = parser.parse_args()
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        raise SystemExit("no Chromium on this machine")
    found: dict[str, list[float]] = {"home": [], "cold": [], "warm": [], "ticked": []}
    with served() as server, sync_playwright() as playwright:
        base = server.address
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        for place in PLACES[: options.places]:
            page = browser.new_context().new_page()
            begun = time.perf_counter()
            page.goto(base + "/?lang=en", wait_until="load")
            found["home"].append(time.perf_counter() - begun)
            address = f"{base}/ask?where=facility:{place}&lang=en"
            found["cold"].append(opened(page, address))
            page.wait_for_selector(_WHOLE_ANSWER, timeout=120_000)
            found["warm"].append(opened(page, address))
            found["ticked"].append(ticked(page))
            page.context.close()
        browser.close()
    report = {f"{name}_seconds": round(statistics.median(one), 3) for name, one in found.items()}
    report |= {"must_seconds": MUST_SECONDS, "load": round(os.getloadavg()[0], 1)}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
