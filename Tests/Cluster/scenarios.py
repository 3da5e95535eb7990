#!/usr/bin/env python3
"""Tries agentwatch with a ClickHouse server.

    scenarios.py BINARY [NAME...]
    scenarios.py --list

Without names all of them; --list prints the names. Each starts a server of its own; exits 1 where one fails.
"""
import sys
import time

from cluster import Binary, Failed, Server, Shards, Today
from conform import cases, conformance, many_days, migrated
from killed import follower_killed, server_killed
from machines import one_evaluator, replicas, shards, shared_ids, two_machines
from network import encrypted, packed
from refused import full_disk, refused
from retention import pruned


SCENARIOS = {
    "conformance": lambda binary, server: conformance(binary, server, [1], every=8),
    "all_seeds": lambda binary, server: conformance(binary, server, range(1, 21)),
    "today": lambda binary, server: conformance(binary, server, [2], every=8),
    "many_days": many_days,
    "cases": cases,
    "migrated": migrated,
    "two_machines": two_machines,
    "shared_ids": shared_ids,
    "shared_by_four": lambda binary, server: shared_ids(binary, server, seed=22, machines=4),
    "shards": shards,
    "replicas": replicas,
    "one_evaluator": one_evaluator,
    "one_evaluator_today": one_evaluator,
    "pruned": lambda binary, server: pruned(binary, server, every=8),
    "pruned_today": lambda binary, server: pruned(binary, server, every=16),
    "pruned_shards": lambda binary, server: pruned(binary, server, every=16),
    "packed": packed,
    "encrypted": encrypted,
    "refused": refused,
    "full_disk": full_disk,
    "follower_killed": follower_killed,
    "server_killed": server_killed,
}

SERVERS = {"replicas": lambda: Shards(are_replicas=True), "today": Today, "many_days": Today, "shards": Shards, "pruned_today": Today, "one_evaluator_today": Today, "pruned_shards": Shards}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--list":
        print("\n".join(SCENARIOS))
        return 0
    binary, failed = Binary(sys.argv[1]), 0
    for name in sys.argv[2:] or SCENARIOS:
        begun = time.monotonic()
        try:
            with SERVERS.get(name, Server)() as server:
                SCENARIOS[name](binary, server)
            print(f"{name}: as it has to be ({time.monotonic() - begun:.0f} s)")
        except Failed as problem:
            failed += 1
            print(f"{name}: {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
