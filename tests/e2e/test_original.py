#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The cases of the original's API (tests/fixtures/cases/api) against a server process: status and body.
What they leave in the store is seen by tests/fixtures/api.c."""

import base64
import http.client
import json
import os
import shutil
import time
import unittest

from program import Program, new_folder
from test_serve import ServeCase

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CASES = os.environ.get("API_CASES") or os.path.join(TESTS, "fixtures", "cases", "api")
DEVIATIONS = os.path.join(TESTS, "golden", "deviations", "api")
OLD_TOKEN, OLD_EXPIRED = "valid0000000000000000000000000001", "old000000000000000000000000000002"
PASSWORD = "secret-of-admin"


def read(folder, name):
    """A JSON file."""
    with open(os.path.join(folder, name), encoding="utf-8") as stream:
        return json.load(stream)


def is_as_expected(expected, found):
    """Equal but for what is generated."""
    if expected == "<generated>":
        return found is not None
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(is_as_expected(expected[k], found[k]) for k in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(is_as_expected, expected, found))
    return expected == found and type(expected) is type(found)


class Cases(ServeCase):
    """Each case, on the database of all cases."""

    @classmethod
    def setUpClass(cls):
        cls.base = Program(new_folder(cls))
        for collection, documents in read(CASES, "_database.json").items():
            if collection != "api_tokens":
                text = "".join(json.dumps(document) + "\n" for document in documents)
                cls.base.run("import", collection, "-", given=text)
        cls.add_user(cls.base, "admin", "all", password=PASSWORD)

    @staticmethod
    def sign_in_there(service):
        """A token, got in the original's way."""
        auth = {"methods": ["credentials"], "credentials": {"username": "admin", "password": PASSWORD}}
        return service.ask("POST", "/auth/tokens", {"auth": auth}).json["token"]

    def serve_base(self):
        """A server on a store of its own, and what stands there for the cases' token."""
        program = self.new_program()
        for name in os.listdir(self.base.folder):
            if name.startswith("calipso.db"):
                shutil.copy2(os.path.join(self.base.folder, name), program.folder)
        service = self.serve(program, "--no-scans")
        return service, {OLD_TOKEN: self.sign_in_there(service)}

    def serve_expired(self):
        """The same with a token that has expired beside it: those of the second server last for a second."""
        first, tokens = self.serve_base()
        first.stop()
        service = self.serve(first.program, "--no-scans", "--token-lifetime", "1")
        tokens[OLD_EXPIRED] = self.sign_in_there(service)
        time.sleep(1.1)
        return service, tokens

    @staticmethod
    def ask(service, tokens, case):
        """Status and body of what a case asks."""
        def ours(text):
            for old, new in (*tokens.items(), ('"secret"', f'"{PASSWORD}"')):
                text = text.replace(old, new)
            return text

        folder = os.path.join(CASES, case)
        request = read(folder, "request.json")
        body = ours(json.dumps(request["body"])).encode() if "body" in request else b""
        if "body_file" in request:
            with open(os.path.join(folder, request["body_file"]), "rb") as stream:
                body = stream.read()
        headers = {name: ours(value) for name, value in request["headers"].items()}
        if headers.get("Authorization", "").startswith("Basic"):
            words = base64.b64decode(headers["Authorization"][6:]).decode().replace("secret", PASSWORD)
            headers["Authorization"] = "Basic " + base64.b64encode(words.encode()).decode()
        connection = http.client.HTTPConnection(service.address, timeout=60)
        query = "?" + request["query"] if request["query"] else ""
        connection.request(request["method"], request["path"] + query, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for old, new in tokens.items():
            text = text.replace(new, old)
        connection.close()
        return answer.status, json.loads(text) if text else None

    def check(self, service, tokens, case):
        """One case."""
        mended = os.path.join(DEVIATIONS, case)
        expected = read(mended if os.path.isdir(mended) else os.path.join(CASES, case), "expected.json")
        status, body = self.ask(service, tokens, case)
        with self.subTest(case=case):
            self.assertEqual(status, expected["status"], body)
            if "body" in expected:
                self.assertTrue(is_as_expected(expected["body"], body), f"{expected['body']}\n{body}")

    def test_cases(self):
        """What a case changes, the next one does not see."""
        shared = self.serve_base()
        names = [case["path"] for case in read(CASES, "index.json")["cases"]]
        self.assertGreater(len(names), 0)
        print(f"{len(names)} cases of the API against a server")
        for case in names:
            changes = "database_changes" in read(os.path.join(CASES, case), "expected.json")
            deviates = os.path.isdir(os.path.join(DEVIATIONS, case))
            if OLD_EXPIRED in json.dumps(read(os.path.join(CASES, case), "request.json")):
                self.check(*self.serve_expired(), case)
            else:
                self.check(*(self.serve_base() if changes or deviates else shared), case)


if __name__ == "__main__":
    unittest.main()
