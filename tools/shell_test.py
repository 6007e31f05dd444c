# SPDX-License-Identifier: Apache-2.0
"""What the command scripts share: tools/shell.sh."""

import os
import socket
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def listens(process, port):
    words = f'. tools/shell.sh; listens {process} {port}'
    return subprocess.run(["bash", "-c", words], cwd=ROOT, check=False).returncode == 0


class Shell(unittest.TestCase):
    def test_help_is_found_by_a_relative_path(self):
        folder = os.path.basename(ROOT)
        for script in ("run", "test", ".ci/run"):
            answer = subprocess.run([f"{folder}/{script}", "--help"], cwd=os.path.dirname(ROOT),
                                    capture_output=True, text=True, check=False)
            self.assertEqual(answer.returncode, 0, answer.stderr)
            self.assertIn("Exit codes:", answer.stdout)
            self.assertEqual(answer.stderr, "")

    def test_a_port_belongs_to_the_process_that_listens(self):
        with socket.socket() as ours:
            ours.bind(("127.0.0.1", 0))
            port = ours.getsockname()[1]
            self.assertFalse(listens(os.getpid(), port))
            ours.listen()
            self.assertTrue(listens(os.getpid(), port))
            self.assertFalse(listens(os.getppid(), port))


if __name__ == "__main__":
    unittest.main()
