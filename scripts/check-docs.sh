#!/usr/bin/env bash
# check-docs.sh BINARY: fails, with the difference, where a generated page is not what the program
# prints now. `make docs` writes them anew.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."

stale=0
# compare PAGE WORD: the page against what `docs WORD` prints.
compare() {
    if ! diff -u "docs/$1" <("$program" docs "$2"); then
        echo "docs/$1 is stale: run make docs" >&2
        stale=1
    fi
}
compare METRICS.md metrics
compare CLI.md cli
compare alerts.schema.json schema
exit $stale
