#!/usr/bin/env bash
# Builds a product for release, without arguments the program, and says how long that takes where nothing
# is built yet. The Swift libraries are linked in: the program starts in 8 ms instead of 13 and needs none
# of them where it runs.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ! -e .build/release/agentwatch ]]; then
    echo "Building for release. The first build takes about 3 to 5 minutes on 2 cores."
fi
SECONDS=0
swift build -c release --static-swift-stdlib --product "${1:-agentwatch}"
echo "Built .build/release/${1:-agentwatch} in $SECONDS s."
