#!/usr/bin/env bash
# check-docs.sh BINARY: fails, with the difference, where a generated page is not what the program
# prints now. `make docs` writes them anew.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."

stale=0
for page in METRICS CLI; do
    if ! diff -u "docs/$page.md" <("$program" docs "${page,,}"); then
        echo "docs/$page.md is stale: run make docs" >&2
        stale=1
    fi
done
exit $stale
