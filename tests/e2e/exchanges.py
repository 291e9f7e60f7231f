# SPDX-License-Identifier: Apache-2.0
"""What tests asked a server, and what it answered, kept for those that hold it against the description
of the API (test_openapi.py). EXCHANGES names the folder; without it nothing is kept."""

import json
import os
import sys

FOLDER = os.environ.get("EXCHANGES")
_streams = []


def file_of(script):
    """Where the exchanges of a test are kept."""
    return os.path.join(FOLDER, os.path.basename(script).removesuffix(".py") + ".jsonl")


def keep(method, path, body, answer):
    """One exchange; 'body' is what was sent, or None. Paths of the original's API are not described."""
    if not FOLDER or not path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
        return
    if not _streams:
        os.makedirs(FOLDER, exist_ok=True)
        _streams.append(open(file_of(sys.argv[0]), "w", encoding="utf-8"))  # pylint: disable=R1732
    print(json.dumps({"method": method, "path": path, "body": body, "status": answer.status,
                      "type": answer.type, "answer": answer.text}), file=_streams[0], flush=True)
