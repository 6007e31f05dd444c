# SPDX-License-Identifier: Apache-2.0
"""Four members of a consortium on one machine, each with its CometBFT in a network namespace of its own.

The test's process is the hub: it moves into a namespace with a bridge, to which each member's is joined by a pair of
virtual interfaces. Members are at 10.77.0.1 to 10.77.0.4, the hub at 10.77.0.254. All processes end with the test's.
"""

import ctypes
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

PATIENCE_S = 120
SUBNET = "10.77.0."
FIRST_PORT = 21700
LIBC = ctypes.CDLL(None, use_errno=True)


def enter_hub():
    """Starts this program again in a network namespace of its own, with the bridge."""
    if os.environ.get("ASTYQ_HUB") != "1":
        os.environ["ASTYQ_HUB"] = "1"
        flag = "-n" if os.getuid() == 0 else "-rn"  # as root of a user namespace of its own
        os.execvp("unshare", ["unshare", flag, sys.executable, "-B", *sys.argv])
    ip("link set lo up")
    ip("link add hub type bridge")
    ip(f"addr add {SUBNET}254/24 dev hub")
    ip("link set hub up")


def ip(words, namespace=None):
    inside = [] if namespace is None else ["nsenter", "-t", str(namespace), "-n"]
    subprocess.run([*inside, "ip", *words.split()], check=True)


def die_with_parent():
    LIBC.prctl(1, signal.SIGKILL)


def wait_until(what, condition):
    """The condition's first value that is true; fails after a while, naming what was waited for."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE_S} s")


class Member:
    """One member: the holder of its namespace, its two programs, its API."""

    def __init__(self, number, directory, programs):
        self.number = number
        self.name = f"node-{number}"
        self.address = f"{SUBNET}{number}"
        self.port = FIRST_PORT + 3 * (number - 1)
        self.directory = directory / self.name
        self.programs = programs
        self.running = {"node": None, "comet": None}
        self.holder = subprocess.Popen(
            ["unshare", "-n", "sleep", "infinity"], preexec_fn=die_with_parent
        )
        ours = os.readlink("/proc/self/ns/net")
        wait_until(
            "a namespace", lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != ours
        )
        ip(f"link add m{number} type veth peer name eth0 netns {self.holder.pid}")
        ip(f"link set m{number} master hub")
        ip(f"link set m{number} up")
        for words in (
            "link set lo up",
            f"addr add {self.address}/24 dev eth0",
            "link set eth0 up",
        ):
            ip(words, self.holder.pid)

    def start(self, which=("node", "comet"), environment=None):
        words = {
            "node": [self.programs["astyqd"], "--data", str(self.directory / "data")],
            "comet": [self.programs["cometbft"], "start", "--home", str(self.directory / "comet")],
        }
        for name in which:
            with open(self.directory / f"{name}.log", "ab") as log:
                self.running[name] = subprocess.Popen(
                    ["nsenter", "-t", str(self.holder.pid), "-n", *words[name]],
                    stdout=log,
                    stderr=log,
                    preexec_fn=die_with_parent,
                    env={**os.environ, **(environment or {})},
                )

    def end(self, which=("comet", "node"), how=signal.SIGKILL):
        """CometBFT first, as an operator does."""
        for name in which:
            process = self.running[name]
            if process is not None:
                process.send_signal(how)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            self.running[name] = None

    def signal(self, number):
        for process in self.running.values():
            process.send_signal(number)

    def has_ended(self, name):
        return self.running[name].poll() is not None

    def ask(self, target, body=None):
        """Status and JSON of an answer; nothing when nobody answers in time."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=30)
        try:
            headers = {} if body is None else {"Content-Type": "application/octet-stream"}
            connection.request("GET" if body is None else "POST", target, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def height(self):
        answer = self.ask("/v1/status")
        return int(answer[1]["height"]) if answer else 0

    def root_at(self, height):
        answer = self.ask(f"/v1/blocks?cursor={height}&limit=1")
        items = answer[1].get("items", []) if answer else []
        return items[0]["app_hash"] if items and int(items[0]["height"]) == height else None

    def reaches(self, height):
        wait_until(f"{self.name} at height {height}", lambda: self.height() >= height)


class Network:
    """A consortium with the demonstration's season, and every payment that was acknowledged."""

    def __init__(self, build, directory):
        root = pathlib.Path(__file__).resolve().parents[2]
        self.astyq = str(build / "bin/astyq")
        self.directory = directory
        programs = {
            "astyqd": str(build / "bin/astyqd"),
            "cometbft": str(root / ".cache/cometbft/v0.38.25/cometbft"),
        }
        self.run("net", "init", "--dir", str(directory), "--first-port", str(FIRST_PORT), "--empty")
        self.members = [Member(number, directory, programs) for number in range(1, 5)]
        self.acknowledged = []
        for member in self.members:
            self.move_off_loopback(member)
            member.start()
        for member in self.members:
            member.reaches(2)
        self.run("--node", self.url(1), "demo", "load")

    def url(self, number):
        member = self.members[number - 1]
        return f"http://{member.address}:{member.port}"

    def move_off_loopback(self, member):
        """Ports are different for all, so that each tells whose address stands before it."""
        for name in ("data/node.toml", "comet/config/config.toml"):
            path = member.directory / name
            text = path.read_text(encoding="utf-8")
            for other in self.members:
                for port in (other.port, other.port + 2):
                    text = text.replace(f"127.0.0.1:{port}", f"{other.address}:{port}")
            path.write_text(text, encoding="utf-8")

    def run(self, *words):
        ran = subprocess.run([self.astyq, *words], capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise AssertionError(f"astyq {' '.join(words)}: {ran.returncode}\n{ran.stderr}")
        return ran

    def pay(self, number):
        """One tenge by way of a member; remembered once it is acknowledged."""
        words = ("--node", self.url(number), "--as", "demo:trader-1", "payment", "transfer")
        ran = self.run(*words, "--to", "4", "--asset", "1", "--amount", "100", "--yes")
        settled = (ran.stdout + ran.stderr).split("settled at height ")[1].split()
        self.acknowledged.append((int(settled[0]), settled[2], settled[3]))

    def blocks_go_on(self, members, blocks=3):
        """Each of them comes to so many blocks more than the highest has now."""
        goal = max(member.height() for member in members) + blocks
        for member in members:
            member.reaches(goal)

    def check(self):
        """All are together; each has all payments, and no two differ in a block that both have."""
        self.blocks_go_on(self.members)
        newest = min(member.height() for member in self.members)
        for member in self.members:
            for height, party, name in self.acknowledged:
                answer = member.ask(f"/v1/transactions/{party}/{name}")
                assert answer and answer[0] == 200, f"{member.name} lost {party} {name}"
                assert int(answer[1]["height"]) == height, f"{member.name}: {answer} not {height}"
        compared = 0
        for height in range(max(2, newest - 150), newest + 1):
            roots = {member.root_at(height) for member in self.members} - {None}
            assert len(roots) <= 1, f"roots of height {height} differ: {roots}"
            compared += len(roots)
        assert compared > 0
        return f"{len(self.acknowledged)} payments on all four, roots of {compared} heights equal"

    def partition(self, *groups):
        """Members of different groups do not reach each other; the hub reaches the first alone."""
        for place, group in enumerate(groups):
            bridge = "hub" if place == 0 else f"apart{place}"
            if place > 0:
                ip(f"link add {bridge} type bridge")
                ip(f"link set {bridge} up")
            for number in group:
                ip(f"link set m{number} master {bridge}")

    def heal(self, *groups):
        for place, group in enumerate(groups):
            for number in group:
                ip(f"link set m{number} master hub")
            if place > 0:
                ip(f"link del apart{place}")

    def end(self):
        for member in self.members:
            member.end()
            member.holder.kill()
            member.holder.wait()
