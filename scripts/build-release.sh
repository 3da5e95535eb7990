#!/usr/bin/env bash
# Builds the program for release and says how long that takes where nothing is built yet.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ! -e .build/release/agentwatch ]]; then
    echo "Building for release. The first build takes about 3 to 5 minutes on 2 cores."
fi
SECONDS=0
swift build -c release --product agentwatch
echo "Built .build/release/agentwatch in $SECONDS s."
