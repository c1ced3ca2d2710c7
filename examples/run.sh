#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs what is missing, builds the release preset and serves a store.
#
#   examples/run.sh                     a demo store in a temporary directory
#   examples/run.sh --db shop.db        that store; made with demo data when it does not exist
#   examples/run.sh --listen HOST:PORT  default 127.0.0.1:8000
#
# Other flags go to `till-server serve` as they are. Ctrl-C stops it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
listen=127.0.0.1:8000
db=
others=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --db | --listen)
            if [[ $# -lt 2 ]]; then
                echo "run.sh: $1 needs a value." >&2
                exit 2
            fi
            if [[ $1 == --db ]]; then db=$2; else listen=$2; fi
            shift 2
            ;;
        --db=*) db=${1#*=} && shift ;;
        --listen=*) listen=${1#*=} && shift ;;
        -h | --help)
            sed -n '4,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) others+=("$1") && shift ;;
    esac
done

"$here/tests/install.sh" build

# In a subshell, so that a relative --db stays relative to where the visitor stands.
build() (
    cd "$here"
    mkdir -p build/log
    if [[ ! -f build/release/build.ninja ]]; then
        echo "Configuring ..."
        # A visitor who only runs the server needs no test packages; tests/run.sh turns them on.
        arguments=(-DTILL_BUILD_TESTS=OFF)
        if command -v ccache > /dev/null; then
            arguments+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
        fi
        cmake --preset release "${arguments[@]}" > build/log/run-configure.log 2>&1 || {
            tail -n 30 build/log/run-configure.log >&2
            rm -f build/release/build.ninja
            return 1
        }
    fi
    echo "Building till-server (the first time takes minutes) ..."
    # Ninja's own line of progress on a terminal; quiet where there is none.
    if [[ -t 1 ]]; then
        cmake --build --preset release --target till-server
    else
        cmake --build --preset release --target till-server > build/log/run-build.log 2>&1 || {
            tail -n 40 build/log/run-build.log >&2
            return 1
        }
    fi
)
build
till_server=$here/build/release/bin/till-server

temporary=
if [[ -z $db ]]; then
    temporary=$(mktemp -d)
    trap 'rm -rf "$temporary"' EXIT
    db=$temporary/demo.db
    echo "The demo store $db goes when the server stops; --db FILE keeps one."
fi
if [[ ! -e $db ]]; then
    "$till_server" demo --db "$db"
fi

case $listen in
    unix:*) curl="curl -sS --unix-socket ${listen#unix:}" url=http://localhost ;;
    *) curl="curl -sS" url=http://${listen/#\*/127.0.0.1} ;;
esac
name=visitor$$
cat << END

Try it in another terminal, line by line:

  $curl $url/auth/registration/ -d username=$name -d password1=correct-horse-battery -d password2=correct-horse-battery
  TOKEN=\$($curl $url/auth/login/ -d username=$name -d password=correct-horse-battery | sed 's/.*"access": *"\([^"]*\)".*/\1/')
  ORDER=\$($curl $url/orders/ -H "Authorization: Bearer \$TOKEN" -d product_name=Teapot -d quantity=2 -d price=19.95 | sed 's/^{"id": *\([0-9]*\).*/\1/')
  $curl $url/payments/ -H "Authorization: Bearer \$TOKEN" -d order=\$ORDER -d method=card
  $curl $url/orders/ -H "Authorization: Bearer \$TOKEN"

END

# Not exec: the temporary store is removed afterwards. The signal is passed on and waited for.
"$till_server" serve --db "$db" --listen "$listen" "${others[@]}" &
server=$!
trap 'kill -TERM "$server" 2> /dev/null || true' INT TERM
status=0
wait "$server" || status=$?
while kill -0 "$server" 2> /dev/null; do
    status=0
    wait "$server" || status=$?
done
exit "$status"
