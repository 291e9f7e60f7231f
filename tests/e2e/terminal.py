# SPDX-License-Identifier: Apache-2.0
"""A conversation with the program on a terminal."""

import contextlib
import os
import pty
import select
import termios
import time

from program import TIMEOUT


class Conversation:
    """The program on a terminal of its own, seen from the other end."""

    def __init__(self, program, *words):
        self.master, slave = pty.openpty()
        self.text = ""
        self.process = program.start(*words, stdin=slave, stdout=slave, stderr=slave,
                                     start_new_session=True)
        self.slave = slave

    def wait_for(self, words):
        """Reads until the words were said; what came before them is dropped."""
        end = time.monotonic() + TIMEOUT
        while words not in self.text:
            assert select.select([self.master], [], [], end - time.monotonic())[0], \
                f"no '{words}' in: {self.text}"
            self.text += os.read(self.master, 4096).decode()
        before, _, self.text = self.text.partition(words)
        return before

    def echoes(self):
        """Does the terminal show what is typed?"""
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def say(self, question, answer):
        """Answers a question."""
        self.wait_for(question)
        os.write(self.master, answer.encode() + b"\n")

    def wait_for_echo_off(self, question):
        """The question, and that nothing is seen of the answer."""
        self.wait_for(question)
        end = time.monotonic() + TIMEOUT
        while self.echoes():
            assert time.monotonic() < end, "the echo stays"
            time.sleep(0.01)

    def say_hidden(self, question, answer):
        """Answers a question about a secret."""
        self.wait_for_echo_off(question)
        os.write(self.master, answer.encode() + b"\n")

    def finish(self):
        """Exit status, and the rest that was said."""
        status = self.process.wait(TIMEOUT)
        while select.select([self.master], [], [], 0)[0]:
            self.text += os.read(self.master, 4096).decode()
        return status, self.text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        os.close(self.slave)
        os.close(self.master)
