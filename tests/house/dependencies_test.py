# SPDX-License-Identifier: MIT
"""A configure run without its dependencies names every missing Debian package at once: dependencies_test.py CMAKE"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CMAKE = sys.argv.pop() if len(sys.argv) > 1 else "cmake"

# What hides each package from a configure run.
FIND = "CMAKE_DISABLE_FIND_PACKAGE_"
PASSWORDS = "/usr/lib/python3/dist-packages/"
CORE = {
    "pkg-config": FIND + "PkgConfig",
    "libsqlitecpp-dev": FIND + "SQLiteCpp",
    "libfmt-dev": FIND + "fmt",
    "libssl-dev": FIND + "OpenSSL",
}
HTTP = {"libsimdjson-dev": FIND + "simdjson"}
EXAMPLES = {"libboost-dev": FIND + "Boost", "libcurl4-openssl-dev": FIND + "CURL"}
TESTS = {
    "doctest-dev": FIND + "doctest",
    "nlohmann-json3-dev": FIND + "nlohmann_json",
    "python3": FIND + "Python3",
}
# Those that pkg-config finds, and the data.
BY_PKG_CONFIG = {"libsqlite3-dev", "libsodium-dev", "libutf8proc-dev"}
DATA = {"python3-django": PASSWORDS + "django/contrib/auth", "python3-zxcvbn": PASSWORDS + "zxcvbn"}


def configure(*arguments, pkg_config=True):
    """The exit code of a fresh configure run, and the packages that it names."""
    environment = dict(os.environ)
    if not pkg_config:
        environment.update(PKG_CONFIG_LIBDIR="/nonexistent", PKG_CONFIG_PATH="")
    with tempfile.TemporaryDirectory() as build:
        run = subprocess.run(
            [CMAKE, "-G", "Ninja", "-S", str(ROOT), "-B", build, *arguments],
            capture_output=True, text=True, env=environment, check=False,
        )
    named = re.findall(r"^\s*apt-get install (.+)$", run.stderr, re.MULTILINE)
    return run.returncode, [line.split() for line in named]


class Dependencies(unittest.TestCase):
    def test_all_missing_packages_are_named_at_once(self):
        hidden = {**CORE, **HTTP, **EXAMPLES, **TESTS}
        arguments = [f"-D{name}=ON" for name in hidden.values()]
        arguments.append("-DCMAKE_IGNORE_PATH=" + ";".join(DATA.values()))
        code, named = configure(*arguments)
        self.assertNotEqual(code, 0)
        self.assertEqual(len(named), 1, "one complaint, not one after the other")
        self.assertEqual(set(named[0]), set(hidden) | BY_PKG_CONFIG | set(DATA))
        self.assertEqual(len(named[0]), len(set(named[0])))
        # And tests/install.sh knows each of them.
        listed = (ROOT / "tests/packages.txt").read_text(encoding="utf-8").split()
        self.assertLessEqual(set(named[0]), set(listed))

    def test_one_missing_package_is_named_alone(self):
        code, named = configure(f"-D{CORE['libfmt-dev']}=ON")
        self.assertNotEqual(code, 0)
        self.assertEqual(named, [["libfmt-dev"]])

    def test_libraries_without_their_files_are_missed_though_pkg_config_is_there(self):
        code, named = configure(pkg_config=False)
        self.assertNotEqual(code, 0)
        self.assertLessEqual(BY_PKG_CONFIG, set(named[0]))

    def test_what_is_not_built_is_not_asked_for(self):
        hidden = {**HTTP, **EXAMPLES, **TESTS}
        off = [f"-DTILL_BUILD_{part}=OFF" for part in ("HTTP", "EXAMPLES", "TESTS")]
        code, named = configure(*off, *(f"-D{name}=ON" for name in hidden.values()))
        self.assertEqual((code, named), (0, []))


if __name__ == "__main__":
    unittest.main()
