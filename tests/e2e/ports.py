# SPDX-License-Identifier: Apache-2.0
"""Ports for the servers of tests."""

import random
import socket


def free_port():
    """A port that is free on every address, below those that the kernel gives to connections."""
    for port in random.sample(range(20000, 32000), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("0.0.0.0", port))
                return port
            except OSError:
                pass
    raise RuntimeError("no free port")
