# SPDX-License-Identifier: Apache-2.0
"""A real Chromium, driven over its debugging pipe: no driver, no port, no further package."""

import base64
import json
import os
import select
import subprocess
import tempfile
import time

PATIENCE_S = 30


class Browser:
    """One headless browser with a fresh profile. Use it in a `with` statement."""

    def __init__(self, program="chromium"):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        # It reads file 3 and writes file 4. High numbers first, so that neither is overwritten.
        ends = (os.dup(to_browser), os.dup(from_browser))

        def place_pipes():
            os.dup2(ends[0], 103)
            os.dup2(ends[1], 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        self._process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--remote-debugging-pipe", "--user-data-dir=" + self._profile.name,
             "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            close_fds=False, preexec_fn=place_pipes)
        for end in (to_browser, from_browser, *ends):
            os.close(end)
        self._buffer = b""
        self._last_id = 0
        self._tab = None
        self.complaints = []  # what the page's console and its errors said

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        os.close(self._out)
        os.close(self._in)
        self._profile.cleanup()

    def open(self, url, width, height, dark=False):
        """Opens the address in a new tab of this size and stays there."""
        # A tab that stays open keeps its stream, and a browser holds six connections to a host.
        if self._tab:
            self._ask("Target.closeTarget", targetId=self._tab)
        self._tab = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=self._tab, flatten=True)["sessionId"]
        self.complaints = []
        self._ask("Runtime.enable", self._session)
        self._ask("Log.enable", self._session)
        self._ask("Emulation.setDeviceMetricsOverride", self._session, width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        self._ask("Emulation.setEmulatedMedia", self._session, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self._ask("Page.navigate", self._session, url=url)

    def download_into(self, folder):
        """What a link downloads is put there, under the name that the page gives it."""
        self._ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)

    def evaluate(self, expression):
        """The value of an expression in the page."""
        answer = self._ask("Runtime.evaluate", self._session, expression=expression,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, expression, seconds=PATIENCE_S):
        """Waits until an expression is true. Returns how many seconds that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.evaluate(expression):
                return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"not true within {seconds} s: {expression}")

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", self._session, type=kind, key=key, code=key,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13}[key])

    def picture(self):
        """The page as PNG bytes."""
        return base64.b64decode(self._ask("Page.captureScreenshot", self._session)["data"])

    def _ask(self, method, session=None, **params):
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last_id:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    def _note(self, event):
        what = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(what["exceptionDetails"]))
        elif event.get("method") == "Log.entryAdded" and what["entry"]["level"] == "error":
            self.complaints.append(what["entry"]["text"])

    def _read(self):
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], PATIENCE_S)[0]:
                raise AssertionError("the browser does not answer")
            chunk = os.read(self._in, 1 << 16)
            if not chunk:
                raise AssertionError("the browser is gone")
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)
