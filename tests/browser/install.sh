#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Puts what package-lock.json names into node_modules beside it, unless it is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if cmp -s package-lock.json node_modules/.till-lock; then exit 0; fi
npm ci --ignore-scripts --no-audit --no-fund
cp package-lock.json node_modules/.till-lock
