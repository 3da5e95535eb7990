"""Machines that write into one server give the numbers of one machine that reads all their logs."""
import pathlib
import tempfile

from cluster import simulate
from conform import compare


def two_machines(binary, server, seeds=(11, 12), every=4):
    """Two machines with the same agents, of which each has tasks that end and tasks that never do."""
    with tempfile.TemporaryDirectory() as folder:
        logs = [simulate(f"{folder}/logs-{seed}", seed, "--requests", "150", "--hours", "30", "--files", "2")
                for seed in seeds]
        # Each machine has ids of its own.
        for seed, files in zip(seeds, logs):
            for file in map(pathlib.Path, files):
                file.write_text(file.read_text().replace('"req-', f'"req-{seed}-'))
        addresses = [server.address("machines", f"{folder}/{seed}.db") for seed in seeds]
        for part in range(2):
            for address, files in zip(addresses, logs):
                binary.run("ingest", files[part], "--quiet", database=address)
        # What a machine has learned from one that came later, it sends when it runs again.
        binary.run("ingest", logs[0][0], "--quiet", database=addresses[0])
        alone = f"{folder}/alone.db"
        binary.run("ingest", *logs[0], *logs[1], "--quiet", database=alone)
        compare(binary, addresses[0], alone, some=(every, 0))
        compare(binary, addresses[1], alone, some=(every, 1))
