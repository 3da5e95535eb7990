"""Machines that write into one server give the numbers of one machine that reads all their logs."""
import json
import pathlib
import random
import tempfile
import time

from cluster import NOW, Failed, simulate, until
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


def scattered(logs, seed, folder, machines):
    """The lines of logs, of which each machine gets some, in order, whatever request they belong to."""
    chance = random.Random(seed)
    texts = [[] for _ in range(machines)]
    for log in logs:
        for line in pathlib.Path(log).read_text().splitlines(True):
            chance.choice(texts).append(line)
    files = [pathlib.Path(folder) / f"machine-{number}.jsonl" for number in range(machines)]
    for file, text in zip(files, texts):
        file.write_text("".join(text))
    return [str(file) for file in files]


def shared_ids(binary, server, seed=21, every=8, machines=2):
    """Followers of logs that share all of their request ids, one line here and the next there."""
    with tempfile.TemporaryDirectory() as folder:
        logs = simulate(f"{folder}/logs", seed, "--requests", "200", "--hours", "30", "--files", "2")
        files = scattered(logs, seed, folder, machines)
        addresses = [server.address("shared", f"{folder}/{number}.db") for number in range(machines)]
        # The first makes the tables.
        binary.run("ingest", files[0], "--quiet", database=addresses[0])
        followers = [binary.start("tail", file, "--quiet", database=address)
                     for file, address in zip(files, addresses)]
        alone = f"{folder}/alone.db"
        try:
            binary.run("ingest", *files, "--quiet", database=alone)
            wanted = json.loads(binary.run("report", "--json", "--now", NOW, database=alone))
            deadline = time.monotonic() + 90
            while json.loads(binary.run("report", "--json", "--now", NOW, database=addresses[0])) != wanted:
                if time.monotonic() > deadline:
                    raise Failed("after 90 s the machines do not say what one says")
                time.sleep(0.5)
            left = server.ask("""SELECT count() FROM (SELECT request_hash FROM events FINAL
                WHERE removed = 0 AND request_hash != 0 GROUP BY request_hash
                HAVING uniqExact(writer) > 1)""", "shared")
            if left != [["0"]]:
                raise Failed(f"{left[0][0]} request ids are still with several machines")
        finally:
            for follower in followers:
                follower.terminate()
                follower.wait()
        compare(binary, addresses[0], alone, some=(every, 0))
        compare(binary, addresses[1], alone, some=(every, 1))
        status = json.loads(binary.run("status", "--json", database=addresses[1]))
        if status["events"] != len([line for file in files for line in open(file, encoding="utf-8")]):
            raise Failed(f"the status says {status['events']} events")
        for number in range(machines):
            binary.run("doctor", database=f"{folder}/{number}.db")


def shards(binary, server):
    """The same with two shards, of which each machine asks another one."""
    shared_ids(binary, server)
    held = [int(part.ask("SELECT count() FROM events_shard FINAL WHERE removed = 0", "shared")[0][0])
            for part in server.servers]
    whole = int(server.ask("SELECT count() FROM events FINAL WHERE removed = 0", "shared")[0][0])
    if min(held) < whole / 3 or sum(held) != whole:
        raise Failed(f"the shards hold {held} of {whole} events")
    # Numbers of one shard are no numbers of the whole.
    address = server.servers[0].address("shared", "none.db") + "&cluster=agents"
    words = ["report", "--json", "--now", NOW]
    before = binary.run(*words, database=address)
    server.servers[1].kill()
    told = binary.run(*words, database=address, code=3)
    if "clickhouse://" not in told:
        raise Failed(f"a shard that is away: {told}")
    server.servers[1].start()
    until(lambda: binary.ask(*words, database=address).stdout == before, "the shard that is back is not asked", 60)


def replicas(binary, server):
    """Two servers that have the same rows: while the one is away, the other one is written to and read."""
    with tempfile.TemporaryDirectory() as folder:
        logs = simulate(f"{folder}/logs", 71, "--requests", "200", "--hours", "30", "--files", "2")
        local, alone = f"{folder}/local.db", f"{folder}/alone.db"
        first, second = (each.address("replicated", local) + "&cluster=agents" for each in server.servers)
        words = ["report", "--json", "--now", NOW, "--by", "agent"]
        for part, address in enumerate((first, second)):
            binary.run("ingest", logs[part], "--quiet", database=address)
            binary.run("ingest", logs[part], "--quiet", database=alone)
            wanted = binary.run(*words, database=alone)
            until(lambda: binary.ask(*words, database=second).stdout == wanted, "the second server has not all", 60)
            if part == 0:
                server.servers[0].kill()
                compare(binary, second, alone, some=(16, 0))
        server.servers[0].start()
        until(lambda: binary.ask(*words, database=first).stdout == wanted, "the first server has not caught up", 60)
        server.servers[1].kill()
        compare(binary, first, alone, some=(16, 1))


def one_evaluator(binary, server):
    """Of two machines that begin at once one evaluates the rules, and the other one when that ends or dies."""
    with tempfile.TemporaryDirectory() as folder:
        log = simulate(f"{folder}/logs", 41, "--requests", "50", "--hours", "3", "--files", "1")[0]
        addresses = [server.address("evaluated", f"{folder}/{number}.db") for number in range(2)]
        for address in addresses:
            binary.run("ingest", log, "--quiet", database=address)
        evaluators = [Evaluator(binary, address, f"{folder}/{number}.txt") for number, address in enumerate(addresses)]
        try:
            until(lambda: sum(evaluator.count() for evaluator in evaluators) >= 5, "nobody evaluates", 30)
            first, second = sorted(evaluators, key=Evaluator.count, reverse=True)
            if second.count():
                raise Failed("both machines evaluate")
            first.end(kill=True)
            until(lambda: second.count() >= 2, "the other machine does not evaluate", 60)
            first.start()
            reached = second.count() + 10
            until(lambda: second.count() >= reached, "it does not go on", 60)
            if first.count():
                raise Failed("both machines evaluate, once the first has begun again")
            second.end()
            until(lambda: first.count() >= 2, "nobody evaluates, although the other has ended", 20)
            told = binary.run("check", "--stateful", database=second.address, code=3)
            if "another machine" not in told:
                raise Failed(f"check --stateful: {told}")
        finally:
            for evaluator in evaluators:
                evaluator.end(kill=True)


class Evaluator:
    """A machine that would evaluate every second; it writes a line each time that it does."""

    def __init__(self, binary, address, output):
        self.binary, self.address, self.output = binary, address, pathlib.Path(output)
        self.start()

    def start(self):
        with self.output.open("w") as output:
            self.process = self.binary.start("check", "--every", "1s", database=self.address, output=output)

    def count(self):
        return self.output.read_text().count("\n")

    def end(self, kill=False):
        (self.process.kill if kill else self.process.terminate)()
        self.process.wait()
