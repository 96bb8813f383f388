"""The whole visit in a real browser, in both languages, on a phone and on a desk.

Screenshots are kept under ``THINWALLS_SCREENSHOTS`` when it names a folder.  Needs Chromium, in
Debian: ``apt-get install chromium``.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from support.asked import ANSWER, STEWART
from thinwalls.reporting import Words
from thinwalls.reporting.language.names import capitalized

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine"),
]
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 45_000
SMALL = f"where={STEWART}&days=40&draws=5"


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as found:
        opened = found.chromium.launch(executable_path=BROWSER, args=list(ARGUMENTS))
        yield opened
        opened.close()


class Visit:
    """A page that notes every error and every request to another host."""

    def __init__(self, context, address, tmp_path):
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.address = address
        self.problems = []
        self.folder = Path(os.environ.get("THINWALLS_SCREENSHOTS") or tmp_path)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def _said(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def _asked(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.problems.append(f"request: {request.url}")

    def open(self, path):
        self.page.goto(self.address + path)

    def answered(self):
        self.page.locator("#shown[data-done=yes]").wait_for()
        self.page.locator("#shown .chart svg.marks").first.wait_for()

    def kept(self, name):
        """Nothing wider than the window, nothing that hinders readers; a picture is kept."""
        self.page.wait_for_load_state("load")
        width, inside = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert width <= inside
        found = axe.Axe().run(self.page).response["violations"]
        bad = [(one["id"], one["nodes"][0]["html"]) for one in found
               if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert bad == []
        self.page.screenshot(path=str(self.folder / f"{name}.png"), full_page=True)


@pytest.fixture
def visit(browser, address, tmp_path):
    contexts = []

    def start(**options):
        contexts.append(browser.new_context(**options))
        return Visit(contexts[-1], address, tmp_path)

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 1280, "light"), ("en", 360, "dark"), ("es", 1280, "dark"), ("es", 360, "light")],
)
def test_the_whole_visit(visit, language, width, scheme):
    say = Words(language).say
    one = visit(
        viewport={"width": width, "height": 800}, color_scheme=scheme, accept_downloads=True
    )
    page, name = one.page, f"{language}-{width}-{scheme}"
    one.open(f"/?lang={language}")
    page.get_by_label(say("Name of a place, city, county or state")).fill("stewart")
    page.get_by_role("button", name=say("Find")).click()
    page.locator("#found-title").wait_for()
    one.kept(f"home-{name}")
    page.get_by_role("link", name="Stewart Detention Center", exact=True).first.click()
    page.locator("#shown .chart svg").first.wait_for()
    assert "1,514" in page.locator("#people").inner_text()

    one.open(f"/ask?{SMALL}&lang={language}")
    one.answered()
    control = page.locator(".packages details.control").first
    if not control.is_visible():
        page.locator("details.package > summary").first.click()
    control.locator("summary").click()
    control.locator("input[type=checkbox]").check()
    control.locator("input[type=number]").first.fill("80")
    page.wait_for_url(lambda address: "a.release.share=80" in address)
    page.locator("#shown dl.changes").wait_for()
    one.answered()
    assert capitalized(say("package A")) in page.locator("#shown dl.changes dt").first.inner_text()
    assert "scenarios=" not in page.url
    assert "a.release.share=80" in page.url
    assert page.locator("#shown figure").count() == 3
    one.kept(f"ask-{name}")

    with page.expect_download() as download:
        page.locator("[data-file='data.csv']").click()
    assert Path(download.value.path()).stat().st_size > 1_000
    link = page.locator("#link").get_attribute("href")
    page.locator("#age").fill("64")
    page.get_by_role("button", name=say("Show this person's risk")).click()
    page.get_by_role("heading", name=say("What this cannot tell you")).wait_for()
    one.kept(f"person-{name}")

    one.open(link)
    one.answered()
    assert page.locator("#shown dl.changes dt").count() == 1
    assert page.locator("input[name='a.release']").is_checked()
    assert one.problems == []


def test_a_click_on_the_map_opens_the_place(visit):
    one = visit(viewport={"width": 1280, "height": 900})
    one.open("/")
    one.page.locator(f".map a[href*='{STEWART.replace(':', '%3A')}'] circle").click()
    one.page.get_by_role("heading", name="Stewart Detention Center (GA)").wait_for()
    assert one.problems == []


def test_without_scripts_the_answer_is_there(visit):
    one = visit(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    one.open(f"/ask?{SMALL}&lang=en")
    one.page.locator(".packages details.control summary").first.click()
    one.page.locator(".packages details.control input[type=checkbox]").first.check()
    one.page.get_by_role("button", name="Show what would happen").click()
    one.page.locator("#shown dl.changes dt").wait_for()
    assert one.page.locator(".chart svg").count() >= 4
    assert one.page.locator("#shown table").count() >= 6
    assert one.problems == []


def test_a_busy_server_is_asked_again(visit):
    one = visit()
    one.open(f"/ask?{SMALL}&lang=en")
    one.answered()
    tries = []

    def refused(route):
        tries.append(route.request.url)
        if len(tries) == 1:
            route.fulfill(status=429, headers={"Retry-After": "1"}, body="")
        else:
            route.continue_()

    one.page.route("**/stream?*", refused)
    one.page.locator("#days").fill("41")
    one.page.get_by_text("Trying again in a few seconds").wait_for()
    one.page.locator("#shown[data-query*='days=41'][data-done=yes]").wait_for()
    one.page.get_by_text("Answer from").wait_for()
    assert len(tries) == 2


def test_a_keyboard_is_enough(visit):
    one = visit(viewport={"width": 1280, "height": 800})
    one.open("/?lang=en")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.className") == "skip"
    one.page.get_by_label("Name of a place, city, county or state").focus()
    one.page.keyboard.type("stewart")
    one.page.keyboard.press("Enter")
    link = one.page.get_by_role("link", name="Stewart Detention Center", exact=True).first
    link.focus()
    one.page.keyboard.press("Enter")
    one.page.get_by_role("heading", name="Stewart Detention Center (GA)").wait_for()
    one.open(f"/ask?{SMALL}&lang=en")
    one.answered()
    summary = one.page.locator(".packages details.control summary").first
    summary.focus()
    one.page.keyboard.press("Enter")
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("Space")
    one.page.locator("#shown dl.changes").wait_for()
    assert one.problems == []


def test_it_prints_the_answer_without_the_form(visit, tmp_path):
    one = visit()
    one.open(f"/ask?{SMALL}&lang=en&a.hygiene=on")
    one.answered()
    one.page.emulate_media(media="print")
    assert not one.page.locator("#change").is_visible()
    assert one.page.locator("#shown figure").first.is_visible()
    one.page.pdf(path=str(one.folder / "print.pdf"))
    assert (one.folder / "print.pdf").read_bytes().startswith(b"%PDF")


def test_own_tables_and_errors_hinder_no_reader(visit):
    one = visit(viewport={"width": 360, "height": 800})
    one.open("/own?lang=es")
    one.kept("own-es")
    one.page.locator("#table").fill("name,state\nX,GA")
    one.page.locator("button[type=submit]").click()
    one.page.get_by_role("alert").wait_for()
    one.kept("own-problem-es")
    one.open("/ask?where=facility:nowhere&lang=es")
    one.kept("sorry-es")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("es", 360)])
def test_the_claims_hinder_no_reader(visit, packaged, language, width):
    packaged(ANSWER)
    one = visit(viewport={"width": width, "height": 800})
    one.open(f"/?lang={language}")
    one.page.locator("header a[href*='/claims']").click()
    one.page.locator("#soap .verdict").wait_for()
    one.page.locator("summary").click()
    one.kept(f"claims-{language}-{width}")
    assert one.problems == []
