"""The status page in headless Chromium: every page, hostile words, the keyboard alone, a phone, and without scripts."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
PAGES = ("/", "/?open=0", "/thread/1", "/notices", "/outbox", "/rates", "/calendar", "/health")
BEGINS = "\"><img src=x onerror=document.title='ran'><script>"
FLAGS = ("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(
        CHROMIUM is None or DRIVER is None,
        reason="NO CHROMIUM WITH ITS DRIVER FOUND: the status page is not tested in a browser (chromium-driver)",
    ),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for all of it."""
    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses its sandbox to root
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    made = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield made
    made.quit()


@pytest.fixture
def at(browser: webdriver.Chrome, hostile: Any) -> Iterator[str]:
    """The address of a page that is full of hostile words; scripts run, and the window is that of a desk."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get_log("browser")
    yield f"http://127.0.0.1:{hostile.port}"
    browser.get("about:blank")


def test_every_page_is_drawn_on_a_phone_and_nothing_of_a_stranger_runs(browser: webdriver.Chrome, at: str) -> None:
    """
    No word in the console, no element that is not ours; a subject full of markup is read as the text it is.

    At 390 pixels, in the dark, nothing scrolls sideways, however long a word is: each row is a card whose cells say
    what they are.
    """
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    metrics = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    looked = "return [document.title, document.styleSheets[0].cssRules.length > 20,"
    looked += " document.querySelectorAll('img, main script, iframe').length, document.documentElement.scrollWidth,"
    looked += " getComputedStyle(document.documentElement).backgroundColor]"
    for path in reversed(PAGES):
        browser.get(at + path)
        title, styled, strange, width, ground = browser.execute_script(looked)
        assert title.endswith("Buyer Responder"), path
        assert (styled, strange, ground) == (True, 0, "rgb(18, 23, 29)"), path
        assert width <= 390, path
    assert BEGINS in browser.find_element(By.TAG_NAME, "main").text
    label = "return getComputedStyle(document.querySelector('td'), '::before').content"
    assert browser.execute_script(label) == '"Answer by"'
    assert browser.get_log("browser") == []


def test_the_keyboard_reaches_everything_and_is_seen(browser: webdriver.Chrome, at: str) -> None:
    """Tab goes from the skip link through all links in their order; Enter opens what has the focus."""
    browser.get(at)
    noted = "window.reached = []; addEventListener('focusin', event => reached.push([event.target.href,"
    noted += " getComputedStyle(event.target).outlineStyle]));"
    noted += " return [...document.querySelectorAll('a')].map(each => each.href)"
    links = browser.execute_script(noted)
    ActionChains(browser).send_keys(Keys.TAB * len(links)).perform()
    reached = browser.execute_script("return window.reached")
    assert [href for href, _ in reached] == links
    assert {outline for _, outline in reached} == {"solid"}
    browser.find_element(By.CSS_SELECTOR, "nav a[href='/health']").send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda found: found.current_url.endswith("/health"))
    browser.find_element(By.CSS_SELECTOR, "a.skip").send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "content"


def test_time_goes_by_on_a_page_that_stays_open(browser: webdriver.Chrome, at: str) -> None:
    """By the server's clock, whatever year the machine's own shows: only what passes is measured here."""
    ahead = "let first; const real = performance.now.bind(performance); performance.now = () => first === undefined"
    ahead += " ? first = real() : real() + 3 * 3600e3; Date.now = () => 0;"
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": ahead})
    browser.get(at)
    shown = [each.text for each in browser.find_elements(By.CSS_SELECTOR, "[data-due]")]
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    assert shown == ["5 h late", "59 min left", "1 d 12 h left"]


def test_all_of_it_is_there_without_scripts(browser: webdriver.Chrome, at: str) -> None:
    """The time left, as of when the page was made; lists, pages and loading again are links."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(at)
    due = [each.text for each in browser.find_elements(By.CSS_SELECTOR, "[data-due]")]
    assert due == ["2 h late", "4 h left", "1 d 16 h left"]
    browser.find_element(By.LINK_TEXT, "Load it again every minute").click()
    assert browser.current_url.endswith("?refresh=60")
    browser.find_element(By.LINK_TEXT, "All threads").click()
    assert "answered" in browser.find_element(By.TAG_NAME, "main").text


def test_another_page_in_the_same_browser_learns_nothing(browser: webdriver.Chrome, at: str) -> None:
    """Whatever it asks for, with or without permission: the browser keeps the answer from it."""
    asked = "fetch(arguments[0], {mode: arguments[1]}).then(arguments[2], () => arguments[2]('kept from it'))"
    browser.get("data:text/html,<title>another</title>")
    assert {browser.execute_async_script(asked, at + path, mode) for path in ("/", "/metrics") for mode in
            ("cors", "no-cors")} == {"kept from it"}  # fmt: skip
