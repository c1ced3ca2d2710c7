# SPDX-License-Identifier: MIT
"""A configure run without its dependencies names every missing Debian package at once: dependencies_test.py CMAKE"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CMAKE = sys.argv.pop() if len(sys.argv) > 1 else "cmake"

# What hides each package from a configure run. A cache entry that is OFF is not looked for again.
FIND = "CMAKE_DISABLE_FIND_PACKAGE_"
PASSWORDS = "/usr/lib/python3/dist-packages/"
CORE = {
    "libsqlitecpp-dev": FIND + "SQLiteCpp=ON",
    "libssl-dev": FIND + "OpenSSL=ON",
    "libsqlite3-dev": "TILL_SQLITE3_INCLUDE_DIR=OFF",
    "libsodium-dev": "TILL_SODIUM_INCLUDE_DIR=OFF",
    "libutf8proc-dev": "TILL_UTF8PROC_INCLUDE_DIR=OFF",
}
EXAMPLES = {"libboost-dev": FIND + "Boost=ON", "libcurl4-openssl-dev": FIND + "CURL=ON"}
TESTS = {
    "doctest-dev": FIND + "doctest=ON",
    "nlohmann-json3-dev": FIND + "nlohmann_json=ON",
    "libsimdjson-dev": FIND + "simdjson=ON",
    "python3": FIND + "Python3=ON",
}
# CMake's FindOpenSSL breaks when it is hidden so: only together with OpenSSL.
PKG_CONFIG = {"pkg-config": FIND + "PkgConfig=ON"}
DATA = {"python3-django": PASSWORDS + "django/contrib/auth", "python3-zxcvbn": PASSWORDS + "zxcvbn"}


def configure(*arguments):
    """The exit code of a fresh configure run, and the packages that it names."""
    with tempfile.TemporaryDirectory() as build:
        run = subprocess.run(
            [CMAKE, "-G", "Ninja", "-S", str(ROOT), "-B", build, *arguments],
            capture_output=True, text=True, check=False,
        )
    named = re.findall(r"^\s*apt-get install (.+)$", run.stderr, re.MULTILINE)
    return run.returncode, [line.split() for line in named]


class Dependencies(unittest.TestCase):
    def test_all_missing_packages_are_named_at_once(self):
        hidden = {**CORE, **EXAMPLES, **TESTS, **PKG_CONFIG}
        arguments = [f"-D{setting}" for setting in hidden.values()]
        arguments.append("-DCMAKE_IGNORE_PATH=" + ";".join(DATA.values()))
        code, named = configure(*arguments)
        self.assertNotEqual(code, 0)
        self.assertEqual(len(named), 1, "one complaint, not one after the other")
        self.assertEqual(set(named[0]), set(hidden) | set(DATA))
        self.assertEqual(len(named[0]), len(set(named[0])))
        # And tests/install.sh knows each of them.
        listed = (ROOT / "tests/packages.txt").read_text(encoding="utf-8").split()
        self.assertLessEqual(set(named[0]), set(listed))

    def test_one_missing_package_is_named_alone(self):
        code, named = configure(f"-D{CORE['libsodium-dev']}")
        self.assertNotEqual(code, 0)
        self.assertEqual(named, [["libsodium-dev"]])

    def test_a_self_contained_build_misses_the_archive_though_the_shared_library_is_there(self):
        code, named = configure("-DTILL_SELF_CONTAINED=ON", "-DTILL_SODIUM_ARCHIVE=OFF")
        self.assertNotEqual(code, 0)
        self.assertEqual(named, [["libsodium-dev"]])

    def test_what_is_not_built_is_not_asked_for(self):
        hidden = {**EXAMPLES, **TESTS}
        off = [f"-DTILL_BUILD_{part}=OFF" for part in ("HTTP", "EXAMPLES", "TESTS")]
        code, named = configure(*off, *(f"-D{setting}" for setting in hidden.values()))
        self.assertEqual((code, named), (0, []))


if __name__ == "__main__":
    unittest.main()
