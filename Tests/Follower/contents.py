"""What can stand in a file while it is followed: wrappers, torn and huge lines, look-alikes."""

import gzip
import json
import os
import subprocess

from harness import Log, wait_until, scenario
from recount import opened, wrong_numbers


def as_docker(line, split):
    """json-file: a long line is cut, and only the last part carries the line feed."""
    text = line.decode()
    parts = cut(text, split)
    return b"".join(json.dumps({"log": part, "stream": "stdout", "time": "2026-01-05T10:00:00.1Z"}).encode()
                    + b"\n" for part in parts), len(parts) - 1


def as_cri(line, split):
    """Containerd: P for a part, F for the last."""
    parts = cut(line.decode().rstrip("\n"), split)
    return b"".join(f"2026-01-05T10:00:00.1Z stdout {'F' if part is parts[-1] else 'P'} {part}\n".encode()
                    for part in parts), len(parts) - 1


def as_journal(line, _):
    """journalctl -o json never cuts."""
    record = {"__REALTIME_TIMESTAMP": "1767600000000000", "_PID": "1", "MESSAGE": line.decode().rstrip("\n")}
    return json.dumps(record).encode() + b"\n", 0


def cut(text, split):
    """One to three parts, none of them empty."""
    return [part for part in (text[:split], text[split:2 * split], text[2 * split:]) if part]


@scenario
def wrappers(run):
    """Records of container runtimes, written in pieces, with readers that are killed in between."""
    kinds = {"docker": as_docker, "cri": as_cri, "journal": as_journal}
    logs = {name: Log(run, f"{name}.log", number) for number, name in enumerate(kinds, 1)}
    joined = 0
    reader = run.tail(f"{run.logs}/*")
    for step in range(1, 121):
        for name, log in logs.items():
            line = log.lines(1)
            split = run.random.choice((40, 100, 10_000))
            data, more = kinds[name](line, split)
            joined += more
            place = run.random.randrange(len(data))
            log.put(data[:place])
            if step % 20 == 0 and name == run.random.choice(list(kinds)):
                reader.kill()
                reader = run.tail(f"{run.logs}/*", name=f"tail-{step}")
            log.put(data[place:])
        if step % 30 == 0:
            run.wait_stored(3 * step)
    run.wait_stored(360)
    reader.stop()
    run.recount()
    connection = opened(run.database)
    stored = connection.execute("SELECT sum(joined) FROM ledger").fetchone()[0]
    connection.close()
    run.expect(stored == joined, f"{joined} continuations were written, {stored} joined")


@scenario
def torn_lines(run):
    """A writer dies in a line and another goes on in it: one line is rejected, the next is read."""
    log = Log(run, "agent.jsonl", 1)
    reader = run.tail(log.path)
    log.write(10)
    places = []
    for _ in range(5):
        # Half a line, held for several looks, then the lines of another writer.
        places.append(log.path.stat().st_size)
        log.put(log.lines(1, to_truth=False)[:30])
        count = run.stored()
        log.put(log.lines(1, to_truth=False))
        log.write(5)
        run.wait_stored(count + 5)
    reader.stop()
    connection = opened(run.database)
    rejects = [row[0] for row in connection.execute("SELECT line_offset FROM rejects ORDER BY 1")]
    connection.close()
    run.expect(rejects == places, f"rejected at {rejects}, torn at {places}")
    wrong = list(wrong_numbers(run.database, run.truths()))
    run.expect(not wrong, wrong)


@scenario
def hostile_bytes(run):
    """A line of 100 MB, NULs, a BOM, CRLF, bad UTF-8: the rest is read, in bounded memory."""
    log = Log(run, "agent.jsonl", 1)
    reader = run.tail(log.path)
    log.put(b"\xef\xbb\xbf")
    log.write(3)
    log.put(b"".join(line[:-1] + b"\r\n" for line in log.lines(3).splitlines(keepends=True)))
    log.put(b"\0" * 5000)
    log.write(2)
    log.put(b'{"event":"llm_call","x":"')
    for _ in range(100):
        log.put(b"y" * (1 << 20))
    log.put(b'"}\n')
    log.write(3)
    log.put(b'{"event":"tool_call","tool":"\xff\xfe","x":1}\n\n\0\0\n')
    log.write(2)
    run.wait_stored(log.count)
    peak = next(int(line.split()[1]) // 1024 for line in open(f"/proc/{reader.pid}/status")
                if line.startswith("VmHWM"))
    reader.stop()
    run.expect(peak < 250, f"{peak} MB for a line of 100 MB")
    status = run.status()
    run.expect(status["rejected"] == 2, f"{status['rejected']} lines were rejected, not 2")
    wrong = list(wrong_numbers(run.database, run.truths()))
    run.expect(not wrong, wrong)
    return f"{peak} MB at most"


@scenario
def same_beginnings(run):
    """A hundred files that begin alike, some of them alike to their end, at first."""
    head = b"# " + b"started " * 700 + b"\n"
    logs = [Log(run, f"agent-{number}.jsonl", number) for number in range(1, 101)]
    for log in logs[:50]:
        log.put(head)
    reader = run.tail(f"{run.logs}/*.jsonl")
    wait_until(lambda: run.database.exists() and len(run.status()["sources"]) >= 50, "50 sources are known")
    for log in logs[50:]:
        log.put(head)
        log.write(2)
    for log in logs[:50]:
        log.write(2)
    run.wait_stored(200)
    reader.kill()
    for log in logs:
        log.write(1)
    run.drain(f"{run.logs}/*.jsonl")
    connection = opened(run.database)
    sources = connection.execute("SELECT count(*) FROM sources").fetchone()[0]
    skipped = connection.execute("SELECT sum(skipped) FROM ledger").fetchone()[0]
    connection.close()
    run.expect((sources, skipped) == (100, 100), f"{sources} sources, {skipped} heads; 100 of each were written")
    wrong = list(wrong_numbers(run.database, run.truths()))
    run.expect(not wrong, wrong)


@scenario
def held_partial_line(run):
    """A line without its end is not stored, however long it stands; then it is, once."""
    log = Log(run, "agent.jsonl", 1)
    reader = run.tail(log.path)
    log.write(3)
    line = log.lines(1)
    whole = len(line) - 1
    log.put(line[:whole])
    run.wait_stored(3)
    probe = Log(run, "probe.jsonl", 2)
    for _ in range(3):
        reader.stop()
        reader = run.tail(log.path, probe.path, name=f"tail-{probe.count}")
        probe.write(1)
        run.wait_stored(3 + probe.count)
    run.expect(run.stored() == 6, "a line that was not ended was stored")
    log.put(line[whole:])
    run.wait_stored(7)
    log.put(log.lines(1)[:-1])
    log.put(b"\n")
    run.wait_stored(8)
    reader.stop()
    run.recount()


@scenario
def archived_logs(run):
    """gzip and zstd beside the live file, some of several members, read once."""
    log = Log(run, "agent.jsonl", 1)
    (run.logs / "agent.jsonl.3.gz").write_bytes(gzip.compress(log.lines(100)) + gzip.compress(log.lines(50)))
    plain = run.logs / "agent.jsonl.2"
    plain.write_bytes(log.lines(80))
    subprocess.run(["zstd", "-q", "--rm", plain], check=True)
    log.write(20)
    for _ in range(2):
        run.drain(f"{run.logs}/*")
    run.recount()
    os.rename(run.logs / "agent.jsonl.3.gz", run.logs / "agent.jsonl.4.gz")
    run.drain(f"{run.logs}/*")
    run.recount()
