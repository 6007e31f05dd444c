# SPDX-License-Identifier: Apache-2.0
"""The live page in a real browser, over a real node with the demo season.

    python3 tests/page/page_test.py BUILD_FOLDER
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

sys.dont_write_bytecode = True
from browser import Browser  # noqa: E402

BUILD = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else os.path.abspath("build")
LOST_WITHIN_S = 5  # three of silence, and a moment for a busy machine
TELEPHONE = (360, 740)
DESK = (1280, 900)
CONNECTED = 'document.getElementById("link")?.dataset.key === "connected"'
LOST = 'document.getElementById("link")?.dataset.key === "lost"'
LOADED = ('document.querySelectorAll("#elevators tr th").length === 5 && '
          '/\\d/.test(document.getElementById("height").textContent)')


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """A node of its own over a directory that goes with it."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [f"{BUILD}/bin/astyqd", "--data", self.folder.name + "/node", "--listen",
             f"127.0.0.1:{self.port}", "--demo"], stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                return self.get("/health/ready")
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the node does not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def run(self, *words):
        subprocess.run([f"{BUILD}/bin/astyq", "--node", self.url, *words], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)

    def astyq(self, *words):
        """What the command answers without any node. Fails when it does."""
        done = subprocess.run([f"{BUILD}/bin/astyq", "--json", *words], check=True, timeout=60,
                              stdout=subprocess.PIPE)
        return json.loads(done.stdout)

    def say_something(self):
        """One more block with a transaction in it."""
        self.run("payment", "transfer", "--asset", "1", "--to", "2", "--amount", "1", "--as", "demo:bank-1", "--yes")


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node()
        cls.node.run("demo", "load")
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.node.stop()
        cls.node.folder.cleanup()

    def open(self, size, dark=False):
        self.browser.open(self.node.url + "/", *size, dark=dark)
        self.browser.wait_for(CONNECTED)
        self.browser.wait_for(LOADED)

    def text(self, element):
        return self.browser.evaluate(f'document.getElementById("{element}").textContent')

    def test_the_figures_are_the_ledgers(self):
        self.open(DESK)
        self.browser.evaluate('speak("en")')
        elevators = self.node.get("/v1/elevators")["items"]
        live_kg = sum(int(one["live_receipts_kg"]) for one in elevators)
        shown = float(self.text("live").replace(",", ""))
        self.assertEqual(round(shown * 1000), live_kg)
        newest = self.node.get("/v1/receipts?order=desc&limit=1")["items"][0]["receipt"]
        self.assertEqual(self.text("made").replace(",", ""), newest)
        status = self.node.get("/v1/status")
        self.browser.wait_for(
            f'Number(document.getElementById("height").textContent.replace(/\\D/g, "")) >= {status["height"]}')
        self.assertEqual(self.text("network"), status["network_id"])
        self.assertEqual(self.browser.complaints, [])

    def test_a_block_is_shown_when_it_is_made(self):
        self.open(DESK)
        height = int(self.text("height").replace(",", ""))
        self.node.say_something()
        self.browser.wait_for(
            f'Number(document.getElementById("height").textContent.replace(/\\D/g, "")) > {height}', 3)
        self.assertEqual(self.browser.complaints, [])

    def test_it_fits_a_telephone_and_a_desk_in_three_languages(self):
        for size in (TELEPHONE, DESK):
            for dark in (False, True):
                self.open(size, dark)
                for language in ("en", "ru", "kk"):
                    self.browser.evaluate(f'speak("{language}")')
                    self.browser.wait_for(LOADED)
                    wide = self.browser.evaluate(
                        "[...document.querySelectorAll('body *')].filter((each) => each.clientWidth > 0 && "
                        "!each.closest('.skip') && each.getBoundingClientRect().right > innerWidth + 1)"
                        ".map((each) => each.tagName + '.' + each.className).slice(0, 5)")
                    self.assertEqual(wide, [], f"{size} {language}")
                self.assertEqual(self.browser.complaints, [])

    def test_a_receipts_proof_is_downloaded_and_holds(self):
        self.open(DESK)
        genesis = self.node.folder.name + "/node/genesis.json"
        links = 'document.querySelectorAll("#receipts a[download]")'
        for place, (language, word) in enumerate(
                (("en", "Download"), ("ru", "Скачать"), ("kk", "Жүктеп алу"))):
            self.browser.evaluate(f'speak("{language}")')
            self.browser.wait_for(f'{links}.length === 10 && {links}[0].textContent === "{word}"')
            with tempfile.TemporaryDirectory() as folder:
                self.browser.download_into(folder)
                link = f"{links}[{place}]"
                receipt = self.browser.evaluate(f'{link}.closest("tr").cells[0].textContent')
                self.browser.evaluate(f"{link}.click()")
                file = f"{folder}/receipt-{receipt}.proof.json"
                for _ in range(300):
                    if os.path.exists(file):
                        break
                    time.sleep(0.05)
                told = self.node.astyq("verify", file, "--trust", genesis)
            self.assertEqual(told["verdict"], "verified")
            self.assertEqual((told["kind"], told["table"], told["key"]), ("present", "receipts", receipt))
        self.assertEqual(self.browser.complaints, [])

    def test_the_language_stays(self):
        self.open(DESK)
        self.browser.evaluate(
            'document.getElementById("language").value = "kk",'
            'document.getElementById("language").dispatchEvent(new Event("change"))')
        self.open(DESK)
        self.assertEqual(self.browser.evaluate("document.documentElement.lang"), "kk")
        self.browser.evaluate("localStorage.clear()")

    def test_the_keyboard_reaches_the_figures_first(self):
        self.open(DESK)
        self.browser.press("Tab")
        self.assertEqual(self.browser.evaluate("document.activeElement.className"), "skip")
        self.browser.press("Enter")
        self.assertEqual(self.browser.evaluate("document.activeElement.id"), "main")

    def test_a_node_that_hangs_is_told_and_comes_back(self):
        self.open(DESK)
        self.node.process.send_signal(signal.SIGSTOP)
        try:
            self.browser.wait_for(LOST, LOST_WITHIN_S)
        finally:
            self.node.process.send_signal(signal.SIGCONT)
        self.browser.wait_for(CONNECTED, 10)

    def test_a_node_that_is_started_again_is_followed_again(self):
        self.open(DESK)
        self.node.stop()
        self.browser.wait_for(LOST, LOST_WITHIN_S)
        with socket.create_server(("127.0.0.1", self.node.port)) as nobody:
            nobody.settimeout(20)
            nobody.accept()[0].close()  # the page has tried in vain
        self.node.start()
        self.browser.wait_for(CONNECTED, 20)
        height = int(self.node.get("/v1/status")["height"])
        self.node.say_something()
        self.browser.wait_for(
            f'Number(document.getElementById("height").textContent.replace(/\\D/g, "")) > {height}', 5)


if __name__ == "__main__":
    unittest.main()
