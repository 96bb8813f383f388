"""The report in a real browser; skipped where there is none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest
from test_report_questions import asked, risks

from thinwalls.reporting import Words
from thinwalls.reporting.report.html import report_html

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine"),
]
PROBE = """<script>
window.addEventListener("load", function () {
  setTimeout(function () {
    const root = document.documentElement;
    const found = {
      width: root.clientWidth,
      content: root.scrollWidth,
      charts: document.querySelectorAll(".chart svg.marks").length,
      places: document.querySelectorAll(".chart").length,
      menus: document.querySelectorAll(".vega-embed summary[aria-label]").length,
    };
    parent.postMessage(JSON.stringify(found), "*");
  }, 3000);
});
</script>"""


def opened(path, *more):
    command = [
        BROWSER,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        "--v=0",
        "--virtual-time-budget=20000",
        "--window-size=1300,900",
        *more,
        "--dump-dom",
        path.as_uri(),
    ]
    environment = {**os.environ, "HOME": str(path.parent)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=180, env=environment
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console


def framed(page, tmp_path, width):
    end = page.rindex("</body>")
    (tmp_path / "inner.html").write_text(page[:end] + PROBE + page[end:], encoding="utf-8")
    outer = tmp_path / "outer.html"
    outer.write_text(
        f'<iframe src="inner.html" style="width:{width}px;height:800px;border:0"></iframe>'
        "<pre id=found></pre><script>addEventListener('message', e =>"
        " { document.getElementById('found').textContent = e.data; })</script>",
        encoding="utf-8",
    )
    shown, console = opened(outer)
    found = re.search(r'<pre id="found">\{(.*?)\}</pre>', shown)
    assert found, shown[-500:]
    return dict(re.findall(r'"(\w+)":(\d+)', found.group(1))), console


@pytest.mark.parametrize("language", ["english", "spanish"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_chart_is_drawn_and_nothing_is_wider_than_the_window(
    language, width, request, tmp_path
):
    found, console = framed(request.getfixturevalue(language), tmp_path, width)
    assert console == []
    assert int(found["width"]) == width or int(found["width"]) == width - 15
    assert int(found["content"]) <= int(found["width"])
    assert found["charts"] == found["places"] == found["menus"] == "25"


@pytest.mark.parametrize("language", ["en", "es"])
def test_parts_that_answer_a_question_fit_a_small_window(results, language, tmp_path):
    page = report_html(asked(results), Words(language), people=[risks(results)])
    found, console = framed(page, tmp_path, 360)
    assert console == []
    assert int(found["content"]) <= int(found["width"])
    # Three panels for the person and three for what waiting costs.
    assert found["charts"] == found["places"] == "31"


def test_without_scripts_the_pictures_are_there(english, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(english.replace("window.vegaEmbed=", "window.nothing="), encoding="utf-8")
    shown, _ = opened(path)
    assert len(re.findall(r'<div class="chart" id="[\w-]+"><svg', shown)) == 25


def test_it_prints(english, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(english, encoding="utf-8")
    opened(path, f"--print-to-pdf={tmp_path / 'report.pdf'}")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
