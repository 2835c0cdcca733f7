#!/usr/bin/env python3
"""Opens reports in headless Chromium and holds them to what they promise: no error, no request, nothing that overflows,
contrast in both schemes, tables that sort, charts that answer, a slider that moves, everything on paper and without scripts.

Usage: report-browser.py [--pictures DIR] REPORT.html...

Speaks the DevTools protocol over a pipe; needs nothing but the standard library and a Chromium.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--remote-debugging-pipe",
]

# Whether every visible text stands out from what is behind it, four and a half times as WCAG 2 measures it.
CONTRAST = """(() => {
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((p) => p / 255).map((p) => (p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4))
    .reduce((sum, p, i) => sum + p * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length && colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest("script, title, desc, figure > svg, svg.ground, [aria-pressed=false]")) continue;
    const style = getComputedStyle(element);
    const ink = light(parts(element.closest("svg") ? style.fill : style.color)) + 0.05;
    const paper = light(ground(element)) + 0.05;
    const contrast = Math.max(ink, paper) / Math.min(ink, paper);
    if (contrast < 4.5) poor.push(`${contrast.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return poor;
})()"""

# What leaves the page at its right side; tables may be wider, as they scroll within themselves.
OVERFLOW = """[...document.body.querySelectorAll("*")]
  .filter((element) => element.checkVisibility() && !element.closest(".scroll, pre, svg, .unseen") && element.getBoundingClientRect().right > innerWidth + 1)
  .map((element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`)
  .concat(document.documentElement.scrollWidth > innerWidth ? [`the page: ${document.documentElement.scrollWidth}`] : [])"""

# Every table with several rows, sorted by each column up, down and not at all.
SORTS = """(() => {
  const wrong = [];
  const keys = (table, column) => [...table.tBodies[0].rows].map((row) => row.cells[column])
    .map((cell) => (cell.dataset.value !== undefined ? Number(cell.dataset.value) : cell.textContent.trim()));
  let sorted = 0;
  for (const table of document.querySelectorAll("table")) {
    if (table.tBodies[0].rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = head.querySelector("button.sort");
      if (!button) return wrong.push(`${table.caption?.textContent}: ${head.textContent} has no button`);
      const before = keys(table, column).join("|");
      for (const [state, sign] of [["ascending", 1], ["descending", -1]]) {
        button.click();
        if (head.getAttribute("aria-sort") !== state) wrong.push(`${head.textContent}: not ${state}`);
        const numbers = keys(table, column).filter((key) => typeof key === "number");
        if (numbers.some((key, index) => index && sign * (key - numbers[index - 1]) < 0)) wrong.push(`${head.textContent}: ${numbers}`);
      }
      button.click();
      if (keys(table, column).join("|") !== before) wrong.push(`${head.textContent}: not as it was`);
      sorted += 1;
    });
  }
  if (!sorted) wrong.push("no table sorts");
  return wrong;
})()"""

# Every live chart: overlays can be put away, axes bent, the picture shown.
CHARTS = """(() => {
  const wrong = [];
  const figures = [...document.querySelectorAll("figure[data-chart]")];
  if (!figures.length) wrong.push("no chart");
  for (const figure of figures) {
    const say = (text) => wrong.push(`${figure.dataset.chart}: ${text}`);
    const marks = () => figure.querySelectorAll(".chart .curve, .chart .bar").length;
    const button = figure.querySelector("button.overlay");
    if (!button) { say("no overlay to put away"); continue; }
    const before = marks();
    if (!before) say("nothing is drawn");
    button.click();
    if (marks() >= before || button.getAttribute("aria-pressed") !== "false") say(`${before} marks stay ${marks()}`);
    button.click();
    if (marks() !== before) say("an overlay does not come back");
    const ticks = () => [...figure.querySelectorAll(".chart .tick")].map((tick) => tick.textContent).join("|");
    for (const option of figure.querySelectorAll(".option")) {
      const [box, was] = [option.querySelector("input"), ticks()];
      box.click();
      if (option.textContent === "picture") {
        if (!figure.querySelector(":scope > svg").checkVisibility() || figure.querySelector(".stage").checkVisibility()) say("no picture");
      } else {
        if (/NaN|Infinity/.test(figure.querySelector(".chart").innerHTML)) say(`${option.textContent}: not a number`);
      }
      box.click();
      if (ticks() !== was) say(`${option.textContent}: not as it was`);
    }
    if (/NaN|Infinity|undefined/.test(figure.querySelector(".chart").innerHTML)) say("not a number");
  }
  return wrong;
})()"""


class Browser:
    """One Chromium and one page in it."""

    def __init__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not program:
            sys.exit("no Chromium: install the package chromium")
        self.profile = tempfile.mkdtemp(prefix="overlab-report-")
        theirs_in, self.out = os.pipe()
        self.inn, theirs_out = os.pipe()

        def give():
            # The pipe's ends are 3 and 4 by definition; the first may stand in the second's place.
            first, second = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(first, 3)
            os.dup2(second, 4)

        flags = FLAGS + [f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(
            [program, *flags], preexec_fn=give, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.rest, self.number, self.session, self.events = b"", 0, None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def message(self):
        while b"\0" not in self.rest:
            part = os.read(self.inn, 1 << 20)
            if not part:
                sys.exit("Chromium ended")
            self.rest += part
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        call = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            call["sessionId"] = self.session
        os.write(self.out, json.dumps(call).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())

    def open(self, path):
        self.events.clear()
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        self.wait("Page.loadEventFired")

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def scheme(self, scheme, media=""):
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def key(self, name):
        code = {"ArrowRight": 39, "ArrowLeft": 37, "PageUp": 33, "End": 35, "Home": 36}[name]
        for kind in ["rawKeyDown", "keyUp"]:
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    def picture(self, path):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired, SystemExit):
            self.process.kill()
        shutil.rmtree(self.profile, ignore_errors=True)

    def complaints(self, path):
        """What the browser itself complained of since the page was opened."""
        said = []
        for event in self.events:
            method, parameters = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                said.append(f"exception: {json.dumps(parameters)[:400]}")
            elif method == "Runtime.consoleAPICalled":
                said.append(f"console: {json.dumps(parameters['args'])[:400]}")
            elif method == "Log.entryAdded":
                said.append(f"log: {parameters['entry']['text'][:400]}")
            elif method == "Page.javascriptDialogOpening":
                said.append(f"a dialog: {parameters['message']}")
            elif method == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if url != "file://" + os.path.abspath(path):
                    said.append(f"a request: {url[:200]}")
        return said


def check(browser, path, pictures):
    """All that is wrong with one report."""
    wrong = []

    def expect(what, complaints):
        wrong.extend(f"{what}: {complaint}" for complaint in complaints)

    size = os.path.getsize(path)
    expect("size", [f"{size} bytes"] if size > 3_000_000 else [])
    name = os.path.basename(os.path.dirname(os.path.abspath(path)))
    browser.call("Emulation.setDeviceMetricsOverride", width=1280, height=800, deviceScaleFactor=1, mobile=False)
    for scheme in ["light", "dark"]:
        browser.scheme(scheme)
        browser.open(path)
        awake = browser.value("document.documentElement.dataset.awake")
        if awake != "yes":
            return wrong + ["the scripts did not come to their end"] + browser.complaints(path)
        expect(f"{scheme}, overflow", browser.value(OVERFLOW))
        expect(f"{scheme}, contrast", browser.value(CONTRAST))
        if pictures:
            browser.picture(os.path.join(pictures, f"{name}-{scheme}.png"))
        if scheme == "light":
            expect("tables", browser.value(SORTS))
            expect("charts", browser.value(CHARTS))
            expect("pointer", pointed(browser))
            expect("keys", keyed(browser))
            expect("replay", replayed(browser))
            expect("switch", switched(browser))
            expect("reach", browser.value(
                """[...document.querySelectorAll("button, select, input, summary, a, .chart svg")]
                     .filter((element) => element.checkVisibility() && element.tabIndex < 0).map((element) => element.outerHTML.slice(0, 80))"""
            ))
        expect(f"{scheme}, browser", browser.complaints(path))

    expect("paper", printed(browser, path, pictures, name))
    expect("without scripts", scriptless(browser, path))
    return wrong


def pointed(browser):
    """The pointer over a chart shows values."""
    box = browser.value(
        """(() => { const chart = document.querySelector(".chart"); if (!chart) return null; chart.scrollIntoView();
             const { left, top, width, height } = chart.getBoundingClientRect(); return [left + width / 2, top + height / 2]; })()"""
    )
    if not box:
        return ["no chart"]
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0], y=box[1])
    text = browser.value("[...document.querySelectorAll('.tip:not([hidden])')].map((tip) => tip.textContent).join()")
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=2)
    left = browser.value("document.querySelectorAll('.tip:not([hidden])').length")
    return ([] if re.search(r"\d", text) else ["no value is shown"]) + (["the values stay"] if left else [])


def keyed(browser):
    """Arrow keys read values of every chart aloud."""
    silent = []
    for index in range(browser.value("document.querySelectorAll('.chart').length")):
        browser.value(f"document.querySelectorAll('.chart')[{index}].firstElementChild.focus()")
        browser.key("ArrowRight")
        first = browser.value(f"document.querySelectorAll('figure[data-chart] .unseen')[{index}].textContent")
        browser.key("ArrowRight")
        second = browser.value(f"document.querySelectorAll('figure[data-chart] .unseen')[{index}].textContent")
        if not re.search(r"\d", first):
            silent.append(f"chart {index} says {first!r}")
        elif first == second:
            silent.append(f"chart {index} stays at {first!r}")
    return silent


def replayed(browser):
    """The slider moves time and peers, by keys and by itself."""
    if not browser.value("Boolean(document.getElementById('record'))"):
        return []
    text = "document.querySelector('#stage .time').textContent + document.querySelector('#stage .count').textContent"
    shapes = "document.querySelectorAll('#stage .ring .up, #stage .ring .down, #stage .ring .joining').length"
    wrong = [] if browser.value(shapes) else ["no peer on the ring"]
    before = browser.value(text)
    browser.value("document.querySelector('#stage input[type=range]').focus()")
    browser.key("ArrowRight")
    after = browser.value(text)
    if before == after:
        wrong.append(f"the slider does not move: {before}")
    browser.key("End")
    if browser.value("document.querySelector('#stage input[type=range]').value") != browser.value("document.querySelector('#stage input[type=range]').max"):
        wrong.append("the slider does not reach its end")
    browser.key("Home")
    browser.value("[...document.querySelectorAll('#stage button')].find((button) => button.textContent === 'Play').click()")
    deadline = time.time() + 10
    while time.time() < deadline and browser.value("Number(document.querySelector('#stage input[type=range]').value)") < 2:
        time.sleep(0.1)
    if browser.value("Number(document.querySelector('#stage input[type=range]').value)") < 2:
        wrong.append("it does not play")
    browser.value("[...document.querySelectorAll('#stage button')].find((button) => button.textContent === 'Pause').click()")
    if browser.value("/NaN|undefined/.test(document.getElementById('stage').outerHTML)"):
        wrong.append("not a number")
    return wrong


def switched(browser):
    """The switch turns light to dark and back."""
    paper = "getComputedStyle(document.body).backgroundColor"
    before = browser.value(paper)
    browser.value("document.querySelector('button.scheme').click()")
    dark = browser.value(paper)
    expectation = browser.value(CONTRAST)
    browser.value("document.querySelector('button.scheme').click()")
    wrong = [] if dark != before and browser.value(paper) == before else [f"{before}, then {dark}"]
    return wrong + expectation


def printed(browser, path, pictures, name):
    """On paper pictures stand in the place of charts, and nothing is folded up."""
    wrong = []
    browser.scheme("dark", "print")
    browser.open(path)
    live = browser.value("[...document.querySelectorAll('.stage, .controls, nav')].filter((element) => element.checkVisibility()).length")
    hidden = browser.value("[...document.querySelectorAll('figure > svg')].filter((svg) => !svg.checkVisibility() || !svg.getBoundingClientRect().height).length")
    paper = browser.value("getComputedStyle(document.body).backgroundColor")
    if live or hidden:
        wrong.append(f"{live} controls are printed, {hidden} pictures are not")
    if paper != "rgb(255, 255, 255)":
        wrong.append(f"the paper is {paper}")
    browser.scheme("light")
    data = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    if not data.startswith(b"%PDF") or len(data) < 20_000:
        wrong.append(f"a PDF of {len(data)} bytes")
    if pictures:
        with open(os.path.join(pictures, f"{name}.pdf"), "wb") as file:
            file.write(data)
    return wrong


def scriptless(browser, path):
    """Without scripts every figure is a picture and every table is there."""
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(path)
    wrong = browser.value(OVERFLOW)
    hidden = browser.value("[...document.querySelectorAll('figure > svg')].filter((svg) => !svg.checkVisibility()).length")
    if hidden or browser.value("document.querySelectorAll('figure > svg').length") == 0:
        wrong.append(f"{hidden} pictures are hidden")
    if browser.value("document.querySelectorAll('.chart, button').length"):
        wrong.append("controls that do nothing")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    return wrong


def main(arguments):
    pictures = None
    if arguments[:1] == ["--pictures"]:
        pictures = arguments[1]
        os.makedirs(pictures, exist_ok=True)
        arguments = arguments[2:]
    if not arguments:
        sys.exit(__doc__)
    browser = Browser()
    failed = False
    try:
        for path in arguments:
            wrong = check(browser, path, pictures)
            failed |= bool(wrong)
            print(f"{path}: {'all is well' if not wrong else ''}")
            for complaint in wrong:
                print(f"  {complaint}")
    finally:
        browser.close()
    sys.exit(1 if failed else 0)


main(sys.argv[1:])
