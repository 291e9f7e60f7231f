#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A living cloud for tests of the UI: says how it is reached, and does as it is told, until its input ends.

A line of input is "slow SECONDS" (every answer of its APIs takes so long), "freeze HOST" (it says
nothing any more) or "cure"."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "e2e"))
# pylint: disable=wrong-import-position,import-error
from live_cloud import LiveCloud  # noqa: E402
from recorded_cloud import slow   # noqa: E402


def main():
    """Until nobody needs it any more."""
    with LiveCloud() as cloud:
        print(json.dumps(cloud.environment()), flush=True)
        for line in sys.stdin:
            word, *rest = line.split()
            if word == "slow":
                cloud.api.ill("*", slow(float(rest[0])))
            elif word == "freeze":
                cloud.hosts[rest[0]].freeze()
            else:
                cloud.api.cure()
            print("done", flush=True)


main()
