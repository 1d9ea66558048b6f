#!/usr/bin/env python3
"""Runs the self-tests of the tools: every tools/*_test.py."""

import pathlib
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent


def main() -> int:
    sys.path.insert(0, str(FOLDER))
    suite = unittest.defaultTestLoader.discover(str(FOLDER), pattern="*_test.py")
    return 0 if unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
