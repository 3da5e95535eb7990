"""A headless Chromium, driven over WebDriver, that reports what its pages complain of."""

import json
import shutil

from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

WIDTH, HEIGHT = 1280, 900


class Browser:
    """One browser; `origin` is the only server that its pages may ask."""

    def __init__(self, origin):
        self.origin = origin
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for word in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]:
            options.add_argument(word)
        # Those of tests vouch for themselves.
        options.accept_insecure_certs = True
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
        self.driver.set_page_load_timeout(20)
        self.resize(WIDTH, HEIGHT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def open(self, path):
        """Loads a page of the server."""
        self.driver.get(self.origin + path)

    def submit(self, element, *keys):
        """Clicks, or types keys, which sends a form; goes on when the next page is there."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        if keys:
            element.send_keys(*keys)
        else:
            element.click()
        WebDriverWait(self.driver, 20).until(lambda _: self.has_left(page))

    @staticmethod
    def has_left(element):
        """Whether a page's element is there no more; in the moment between two pages, the driver may know an
        element that is of neither."""
        try:
            element.is_enabled()
            return False
        except StaleElementReferenceException:
            return True
        except WebDriverException as problem:
            if "does not belong to the document" in problem.msg:
                return True
            raise

    def run(self, script, *arguments):
        """What a function body returns in the page."""
        return self.driver.execute_script(script, *arguments)

    def tell(self, command, **parameters):
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def resize(self, width, height):
        """The width and height of the page in CSS pixels."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def scheme(self, name):
        """Prefers `light` or `dark`."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.tell("Emulation.setEmulatedMedia", features=features)

    def texts(self, selector):
        """The text of every element that matches."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())"
        return self.run(script, selector)

    def complaints(self):
        """What went wrong since it was last asked: messages of the console (violations of the
        content security policy are there, too), requests to elsewhere, answers that are errors."""
        wrong = [entry["message"] for entry in self.driver.get_log("browser")]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            parameters = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if not url.startswith((self.origin + "/", "about:", "data:")):
                    wrong.append(f"asked {url}")
            elif message["method"] == "Network.responseReceived":
                answer = parameters["response"]
                if answer["status"] >= 400:
                    wrong.append(f"{answer['status']} from {answer['url']}")
        return wrong

    def accessibility(self):
        """What axe-core finds against WCAG 2 A and AA, an entry an element."""
        rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
        found = Axe().run(self.driver, options=rules)["violations"]
        return [
            f"{rule['id']}: {node['html'][:200]} ({node['failureSummary']})"
            for rule in found
            for node in rule["nodes"]
        ]
