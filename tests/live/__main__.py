# SPDX-License-Identifier: Apache-2.0
"""All tests of the living lab, which must be up; the last line is "N passed, N failed"."""

import os
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import test_changes  # noqa: E402
import test_faults  # noqa: E402
import test_record  # noqa: E402
import test_scan  # noqa: E402
import test_server  # noqa: E402


class Result(unittest.TextTestResult):
    """Counts what passed: what could not even begin did not. Says how long each test took."""

    n_passed = 0

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.stream.writeln(f"    {time.monotonic() - self.began:.0f} s")

    def addSuccess(self, test):
        super().addSuccess(test)
        self.n_passed += 1


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)   # faults are mended then, too
    begin = time.monotonic()
    load = unittest.defaultTestLoader.loadTestsFromModule
    suite = unittest.TestSuite(map(load, (test_scan, test_record, test_server, test_changes, test_faults)))
    n_tests = suite.countTestCases()
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout, resultclass=Result).run(suite)
    print(f"{time.monotonic() - begin:.0f} s")
    print(f"{result.n_passed} passed, {n_tests - result.n_passed} failed")
    return 0 if result.n_passed == n_tests else 1


if __name__ == "__main__":
    sys.exit(main())
