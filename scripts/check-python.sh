#!/usr/bin/env bash
# Compiles every Python file of the project, to find syntax errors; leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
find bench fixtures scripts Tests -name venv -prune -o -name '*.py' -print0 |
    PYTHONPYCACHEPREFIX=$cache xargs -0 python3 -m py_compile
