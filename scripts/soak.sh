#!/usr/bin/env bash
# Follows files for as long as wanted, with a new seed each round: kill loops, rotations, faults, and
# the model. Stops at the first failure, with the seed that shows it again.
#   scripts/soak.sh [MINUTES] [SEED]
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-60}
seed=${2:-$(date +%s)}
kills=${SOAK_KILLS:-500}
binary=.build/release/agentwatch
follow=(python3 Tests/Follower/follow.py --binary "$binary")
if [[ ! -e fixtures/generated/soak/agents.jsonl ]]; then
    python3 fixtures/simulate.py --out fixtures/generated/soak --seed 1 --events 300000 --hours 48 --files 1 \
        > /dev/null
fi
until=$((SECONDS + minutes * 60))
while ((SECONDS < until)); do
    echo "== seed $seed, $(((until - SECONDS) / 60)) minutes left"
    "${follow[@]}" --seed "$seed" --kills "$kills" kill_loop_create kill_loop_copytruncate
    python3 Tests/Killed/bulk.py "$binary" fixtures/generated/soak/agents.jsonl 30 "$seed"
    python3 Tests/Killed/pruning.py "$binary" fixtures/generated/soak/agents.jsonl 20 "$seed"
    python3 bench/together.py --binary "$binary" --minutes 2 --seed "$seed"
    # 77: this machine does not allow some of it, and the line says which.
    "${follow[@]}" --seed "$seed" || [[ $? == 77 ]]
    "${follow[@]}" --seed "$seed" logrotate_create_all_names logrotate_copytruncate_one_name || [[ $? == 77 ]]
    python3 Tests/Cluster/scenarios.py "$binary" all_seeds shared_ids shared_by_four replicas many_days one_evaluator_today pruned_today pruned_shards follower_killed server_killed
    AGENTWATCH_MODEL_SEQUENCES=${SOAK_SEQUENCES:-100000} AGENTWATCH_MODEL_SEED=$seed \
        swift test --skip-build --filter FollowerModelTests
    seed=$((seed + 1000000))
done
echo "$minutes minutes without a failure."
