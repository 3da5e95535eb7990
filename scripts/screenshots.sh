#!/usr/bin/env bash
# screenshots.sh BINARY OUT: simulates two days of agents, renders every page of the dashboard, and
# takes a picture of each in light, in dark and at a phone's width with Debian's chromium.
set -euo pipefail
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "$0")/.."
now=2026-01-05T12:00:00Z
work=$(mktemp -d)
server=
cleanup() {
    if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap cleanup EXIT
if ! command -v chromium >/dev/null; then
    echo "chromium is missing: scripts/install-deps.sh test" >&2
    exit 1
fi

export AGENTWATCH_DB=$work/store.db
python3 fixtures/simulate.py --out "$work/logs" --seed 1 --requests 4000 --hours 60 --files 3 \
    --now $now >"$work/simulated"
"$program" ingest --quiet "$work"/logs/*.jsonl
"$program" alerts load --quiet alerts.json
"$program" pages "$work/site" --now $now >"$work/times"
# The simulated log has one request that loops.
"$program" pages "$work/one" --now $now --query id=req-loop >/dev/null
mkdir -p "$work/site/request"
cp "$work/one/requests/index.html" "$work/site/request/"
"$program" report --format html --now $now --since 24h >"$work/site/report.html"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 -m http.server --bind 127.0.0.1 --directory "$work/site" "$port" >/dev/null 2>&1 &
server=$!
for _ in {1..50}; do
    if (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; then break; fi
    sleep 0.1
done

# picture NAME PATH WIDTH HEIGHT OPTION...
picture() {
    local name=$1 path=$2 width=$3 height=$4
    shift 4
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
        --window-size="$width,$height" --screenshot="$out/$name.png" "$@" \
        "http://127.0.0.1:$port$path" >/dev/null 2>"$work/chromium.log" || {
        cat "$work/chromium.log" >&2
        exit 1
    }
    echo "$out/$name.png"
}

pages=${PAGES:-overview requests request models tools agents errors cost alerts quality report.html}
for page in $pages; do
    path=/$page
    if [[ $page == overview ]]; then path=/; fi
    if [[ $page != *.html && $page != overview ]]; then path=$path/; fi
    name=${page%.html}
    picture "$name-light" "$path" 1280 1500
    picture "$name-dark" "$path" 1280 1500 --blink-settings=preferredColorScheme=0
    picture "$name-phone" "$path" 390 2200
done
