#!/usr/bin/env bash
# demo.sh BINARY: simulates a day of agents that ends now, in an incident, and shows what the
# program says about it. Everything is written to .build/demo.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."
fixtures=$PWD/fixtures
# The demo has a database of its own, whatever the caller's is.
unset AGENTWATCH_DB

rm -rf .build/demo
mkdir -p .build/demo
cd .build/demo

# show ARGUMENTS...: the command as one would type it, then what it prints.
show() {
    printf '\n$ agentwatch %s\n' "$*"
    "$program" "$@"
}

echo
echo "A simulated day of four kinds of agents, with an incident in its last 20 minutes:"
python3 "$fixtures/simulate.py" --out logs --seed 1 --requests 2000 --hours 24 --files 3
show ingest logs/*.jsonl
show report --since 24h
show report --since 24h --by model

status=0
show check || status=$?
echo "(exit code $status: 0 is fine, 1 a warning, 2 a critical alert, 3 unknown)"
if [[ $status != 2 ]]; then
    echo "the check was expected to exit 2" >&2
    exit 1
fi
echo
echo "The database is .build/demo/agentwatch.db, the logs are beside it. README.md goes on from here."
