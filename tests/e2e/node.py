# SPDX-License-Identifier: Apache-2.0
"""The programs of tests/openapi, which run in Node.js."""

import os
import subprocess

from program import ROOT

FOLDER = os.path.join(ROOT, "tests", "openapi")


def run(script, *words, given=None, environ=None, timeout=600):
    """A script, to its end."""
    assert os.path.isdir(os.path.join(FOLDER, "node_modules")), "run script/setup test first"
    return subprocess.run(["node", os.path.join(FOLDER, script), *words], capture_output=True, text=True,
                          input=given, env={**os.environ, **(environ or {})}, timeout=timeout, check=False)
