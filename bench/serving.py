"""How long pages of the dashboard take, for one reader."""
import http.client
import re
import statistics
import subprocess
import time
import urllib.parse

ROUNDS = 25


class Server:
    """A server of a database on a free port, for as long as the block runs."""

    def __init__(self, binary, database):
        self.command = [str(binary), "serve", "--db", str(database), "--port", "0", "--no-evaluate"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            found = re.search(r"http://([\w.]+):(\d+)", line)
            if found:
                self.connection = http.client.HTTPConnection(found[1], int(found[2]))
                return self
        raise RuntimeError(f"it did not start: {' '.join(self.command)}")

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def seconds(self, path, **query):
        """The first answer and the median of further ones, with the memory of the server in MB."""
        address = f"{path}?{urllib.parse.urlencode(query)}"
        took = []
        for _ in range(ROUNDS + 1):
            start = time.perf_counter()
            self.connection.request("GET", address)
            answer = self.connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - start)
            if answer.status != 200:
                raise RuntimeError(f"{answer.status} for {address}")
        with open(f"/proc/{self.process.pid}/status") as status:
            peak = int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024
        return {"n": ROUNDS, "first": took[0], "seconds": statistics.median(took[1:]),
                "memory_mb": peak}


def pages(binary, database, until):
    """The pages that people open first, over the 30 days before a moment and the last of them."""
    windows = {"30 days": 30, "24 hours": 1}
    end = time.strptime(until, "%Y-%m-%dT%H:%M:%SZ")
    measures = {}
    with Server(binary, database) as server:
        for path, name in (("/", "overview"), ("/errors", "errors"), ("/requests", "requests")):
            for window, days in windows.items():
                since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
                    time.mktime(end) - time.timezone - days * 86_400))
                measures[f"{name}, {window}"] = server.seconds(path, since=since, until=until)
                print(f"  {name}, {window}: {measures[f'{name}, {window}']['seconds'] * 1000:.1f} ms",
                      flush=True)
    return measures
