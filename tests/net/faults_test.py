# SPDX-License-Identifier: Apache-2.0
"""What a consortium of four must survive, with the real programs. Each test says what it did and what it checked.

    faults_test.py BUILD           the short ones
    faults_test.py BUILD --all     all of them, some minutes
"""

import http.server
import pathlib
import shutil
import signal
import sys
import tempfile
import threading
import unittest

import network
from network import wait_until

LONG = "--all" in sys.argv
CRASH_POINTS = 20  # ten in a block, of which four are also met while blocks are fetched
BUILD = pathlib.Path(sys.argv[1]).resolve()


class Faults(unittest.TestCase):
    """One network for all: each test leaves it healed, and the next begins with it."""

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="astyq-faults-"))
        cls.net = network.Network(BUILD, cls.directory / "net")

    @classmethod
    def tearDownClass(cls):
        cls.net.end()
        shutil.rmtree(cls.directory)

    def setUp(self):
        self.m1, self.m2, self.m3, self.m4 = self.net.members
        self.net.check()

    def injected(self, what):
        print(f"{self.id().split('.')[-1]}: {what}; checked: {self.net.check()}", flush=True)

    def kill(self, which):
        self.m4.end(which)
        for number in (1, 2, 3):
            self.net.pay(number)
        self.m4.end()  # what is left of it, as the supervisor does
        self.m4.start()
        self.m4.reaches(self.m1.height())
        self.net.pay(4)

    def test_killed(self):
        self.kill(("comet", "node"))
        self.injected("one of four killed, payments went on, started again")

    def test_paused(self):
        self.m3.signal(signal.SIGSTOP)
        self.net.blocks_go_on([self.m1, self.m2, self.m4], 20)
        self.net.pay(1)
        self.m3.signal(signal.SIGCONT)
        self.m3.reaches(self.m1.height())
        self.net.pay(3)
        self.injected("one of four stood still for 20 blocks of the others")

    def test_partition_of_two_and_two(self):
        self.net.partition((1, 2), (3, 4))
        stands = wait_until("blocks stand still", lambda: self.stands([self.m1, self.m2]))
        self.net.heal((1, 2), (3, 4))
        self.net.blocks_go_on(self.net.members)
        self.net.pay(4)
        self.injected(f"two and two apart: no block after {stands}; joined again")

    def test_same_transaction_to_all(self):
        height = self.send_to_all()
        self.assertGreater(height, 0)
        self.injected("one signed transaction handed to four nodes at once: settled once")

    @unittest.skipUnless(LONG, "with --all")
    def test_node_alone_killed(self):
        self.kill(("node",))
        self.injected("the ledger's node of one killed, its CometBFT ended with it")

    @unittest.skipUnless(LONG, "with --all")
    def test_comet_alone_killed(self):
        self.kill(("comet",))
        self.injected("CometBFT of one killed")

    @unittest.skipUnless(LONG, "with --all")
    def test_partition_of_three_and_one(self):
        self.net.partition((1, 2, 3), (4,))
        self.net.blocks_go_on([self.m1, self.m2, self.m3], 10)
        self.net.pay(2)
        self.net.heal((1, 2, 3), (4,))
        self.m4.reaches(self.m1.height())
        self.net.pay(4)
        self.injected("one alone for 10 blocks of the others")

    @unittest.skipUnless(LONG, "with --all")
    def test_asymmetric(self):
        blackhole = f"route add blackhole {self.m3.address}/32"
        network.ip(blackhole, self.m1.holder.pid)
        self.net.blocks_go_on([self.m2, self.m4], 10)
        self.net.pay(2)
        network.ip(blackhole.replace("add", "del"), self.m1.holder.pid)
        self.net.blocks_go_on(self.net.members)
        self.injected("the first sent nothing to the third for 10 blocks, which sent on")

    @unittest.skipUnless(LONG, "with --all")
    def test_flapping(self):
        for _ in range(10):
            self.net.partition((1, 2, 3), (4,))
            self.net.blocks_go_on([self.m1, self.m2, self.m3], 1)
            self.net.heal((1, 2, 3), (4,))
            self.net.pay(1)
        self.m4.reaches(self.m1.height())
        self.injected("one lost its link ten times")

    @unittest.skipUnless(LONG, "with --all")
    def test_two_of_four_killed(self):
        self.m3.end()
        self.m4.end()
        stands = wait_until("blocks stand still", lambda: self.stands([self.m1, self.m2]))
        self.m3.start()
        self.net.blocks_go_on([self.m1, self.m2, self.m3])
        self.net.pay(1)
        self.m4.start()
        self.m4.reaches(self.m1.height())
        self.injected(f"two of four killed: no block after {stands}; both started again")

    @unittest.skipUnless(LONG, "with --all")
    def test_lost_disk_of_the_node(self):
        self.lose(("data/ledger", "data/transactions"))
        self.injected("the disk of one's node lost: its CometBFT gave all blocks again")

    # The vote's last state is written anew: the others have gone on, so none of before is asked for.
    @unittest.skipUnless(LONG, "with --all")
    def test_lost_disks_of_both(self):
        self.lose(("data/ledger", "data/transactions", "comet/data"))
        self.injected("both disks of one lost: its peers gave all blocks again")

    @unittest.skipUnless(LONG, "with --all")
    def test_crash_points(self):
        for index in range(CRASH_POINTS):
            self.m4.end()
            self.m4.start(("node",))
            self.m4.start(("comet",), {"FAIL_TEST_INDEX": str(index)})
            wait_until(f"the end at point {index}", lambda: self.m4.has_ended("comet"))
            self.m4.end()
            self.m4.start()
            self.m4.reaches(self.m1.height())
        self.injected(f"CometBFT of one ended at {CRASH_POINTS} points, its node killed with it")

    def lose(self, folders):
        self.m4.end()
        self.net.pay(1)
        for folder in folders:
            shutil.rmtree(self.m4.directory / folder)
        if "comet/data" in folders:
            (self.m4.directory / "comet/data").mkdir()
            state = '{"height":"0","round":0,"step":0}'
            (self.m4.directory / "comet/data/priv_validator_state.json").write_text(state)
        self.net.blocks_go_on([self.m1, self.m2, self.m3])
        self.m4.start()
        self.m4.reaches(self.m1.height())
        self.net.pay(4)

    def stands(self, members):
        """The height at which these have stood for some seconds, longer than several rounds take."""
        before = [member.height() for member in members]
        threading.Event().wait(8)
        after = [member.height() for member in members]
        return max(after) if before == after else 0

    def send_to_all(self):
        """The command signs once; what it sends goes to each member in the same moment."""
        members = self.net.members

        class ToAll(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.reply(members[0].ask(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answers = [None] * len(members)

                def send(at):
                    answers[at] = members[at].ask(self.path, body)

                threads = [threading.Thread(target=send, args=(at,)) for at in range(len(members))]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                heights = {answer[1].get("height") for answer in answers}
                assert len(heights) == 1, answers
                self.reply(answers[0])

            def reply(self, answer):
                text = network.json.dumps(answer[1]).encode()
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ToAll)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            words = ("--as", "demo:trader-1", "payment", "transfer", "--to", "4", "--asset", "1")
            node = f"http://127.0.0.1:{server.server_port}"
            ran = self.net.run("--node", node, *words, "--amount", "100", "--yes")
            return int((ran.stdout + ran.stderr).split("settled at height ")[1].split()[0])
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


if __name__ == "__main__":
    network.enter_hub()
    unittest.main(argv=[sys.argv[0], *[each for each in sys.argv[2:] if each != "--all"]])
