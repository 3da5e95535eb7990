#!/usr/bin/env bash
# Runs the cases of fixtures/reported: what people report of log shippers and LLM dashboards, and what is
# right. Prints those that fail, with what differs.
#   scripts/cases.sh BINARY
set -euo pipefail
cd "$(dirname "$0")/.."

count=0
failed=0
for case in fixtures/reported/*.sh; do
    [[ "$case" == */lib.sh ]] && continue
    count=$((count + 1))
    if ! said=$(timeout 120 bash "$case" "$1" 2>&1); then
        failed=$((failed + 1))
        printf '%s\n%s\n' "$case" "$said"
    fi
done
echo "$count cases, $failed failed"
((failed == 0))
