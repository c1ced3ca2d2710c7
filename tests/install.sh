#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs the Debian packages of tests/packages.txt that are missing, and nothing when none is.
#
#   tests/install.sh          all of them
#   tests/install.sh build    only what building and running till-server needs
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
section=${1:-all}
case $section in
    all | build | test) ;;
    *)
        echo "install.sh: '$section' is no section: say build, test or all." >&2
        exit 2
        ;;
esac

packages() {
    awk -v want="$section" '
        { sub(/#.*/, ""); gsub(/[ \t]/, "") }
        /^\[/ { current = substr($0, 2, length($0) - 2); next }
        $0 != "" && (want == "all" || want == current)
    ' "$here/packages.txt"
}

mapfile -t wanted < <(packages)

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    echo "install.sh: this is not Debian; till needs what these packages hold:" >&2
    echo "  ${wanted[*]}" >&2
    exit 0 # The build names what it cannot find.
fi

missing=()
for package in "${wanted[@]}"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null || true)
    # Some builds of nodejs bring npm along, and conflict with the package of that name.
    if [[ $state != installed && $package == npm ]] && command -v npm > /dev/null; then state=installed; fi
    [[ $state == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo > /dev/null; then
        echo "install.sh: run this as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "Installing: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
run() {
    if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" < /dev/null > "$log" 2>&1; then
        tail -n 30 "$log" >&2
        echo "install.sh: failed: $*" >&2
        exit 1
    fi
}
run apt-get -q update
run apt-get -q -y --no-install-recommends install "${missing[@]}"
