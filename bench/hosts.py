"""Logs of several hosts: four agents that each ask any of five models, over some days.

Every pairing of agent and model is as likely as any other, which fills rollups more thinly than
`fixtures/simulate.py` does: a minute of one agent and model holds two or three calls.
"""
import functools
import heapq
import multiprocessing
import random
import shutil
import time

AGENTS = ("support-bot", "researcher", "coder", "triage")
MODELS = (("claude-sonnet-4-5", "anthropic", 3000, 15000), ("claude-haiku-4-5", "anthropic", 1000, 5000),
          ("gpt-4o", "openai", 2500, 10000), ("gpt-4o-mini", "openai", 150, 600),
          ("gemini-2.5-flash", "google", 300, 2500))
TOOLS = ("search", "lookup_order", "run_tests", "read_file", "send_mail", "sql")
ERRORS = (("rate_limit", "429 Too Many Requests"), ("overloaded", "529 Overloaded"),
          ("timeout", "request timed out after 60 s"))
EVENTS_A_REQUEST = 6.23


@functools.lru_cache(maxsize=4096)
def second(whole):
    """The text of a second, which many lines share."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


def stamp(micros):
    """Microseconds since 1970 in RFC 3339."""
    whole, rest = divmod(micros, 1_000_000)
    return f'"{second(whole)}.{rest // 1000:03d}Z"'


class Host:
    """One host's log, line by line in the order of time."""

    def __init__(self, number, events, days, end, seed):
        self.chance = random.Random(seed * 1_000 + number)
        self.number = number
        self.requests = int(events / EVENTS_A_REQUEST)
        self.begin = end - int(days * 86_400e6)
        self.between = days * 86_400e6 / self.requests

    def lines(self):
        """(time, line) pairs, ascending."""
        waiting = []
        moment = float(self.begin)
        for number in range(self.requests):
            moment += self.chance.expovariate(1) * self.between
            while waiting and waiting[0][0] <= moment:
                yield heapq.heappop(waiting)
            for pair in self.request(number, int(moment)):
                heapq.heappush(waiting, pair)
        while waiting:
            yield heapq.heappop(waiting)

    def request(self, number, moment):
        """The events of one request, each at its end."""
        chance = self.chance
        shared = (f'"request_id":"h{self.number}-{number:07d}","agent":"{chance.choice(AGENTS)}",'
                  f'"user_id":"u-{chance.randrange(250):03d}"')
        model = chance.choice(MODELS)
        failed = False
        for _ in range(chance.randrange(2, 5)):
            moment, line, failed = self.call(moment, shared, model)
            yield moment, line
            if chance.random() < 0.75:
                moment, line = self.tool(moment, shared)
                yield moment, line
        moment += chance.randrange(1_000, 20_000)
        if chance.random() < 0.96:
            outcome = "failed" if failed else "completed"
            yield moment, (f'{{"event":"task_end","timestamp":{stamp(moment)},{shared},'
                           f'"outcome":"{outcome}"}}\n')
        if chance.random() < 0.02:
            yield moment, f'{{"event":"escalation","timestamp":{stamp(moment)},{shared}}}\n'

    def call(self, moment, shared, model):
        chance = self.chance
        name, provider, price_in, price_out = model
        latency = int(chance.lognormvariate(13.8, 0.7))
        moment += latency
        head = (f'{{"event":"llm_call","timestamp":{stamp(moment)},{shared},"model":"{name}",'
                f'"provider":"{provider}","latency_ms":{latency / 1000:.3f}')
        if chance.random() < 0.03:
            kind, text = chance.choice(ERRORS)
            return moment, f'{head},"success":false,"error_type":"{kind}","error":"{text}"}}\n', True
        tokens_in, tokens_out = chance.randrange(200, 9_000), chance.randrange(20, 900)
        cost = (tokens_in * price_in + tokens_out * price_out) / 1e9
        return moment, (
            f'{head},"ttft_ms":{latency / 3000:.1f},"success":true,"input_tokens":{tokens_in},'
            f'"output_tokens":{tokens_out},"cache_read_tokens":{tokens_in // 3},'
            f'"cost_usd":{cost:.6f}}}\n'), False

    def tool(self, moment, shared):
        chance = self.chance
        latency = int(chance.lognormvariate(11.5, 0.9))
        moment += latency
        failed = chance.random() < 0.02
        return moment, (
            f'{{"event":"tool_call","timestamp":{stamp(moment)},{shared},"tool":"{chance.choice(TOOLS)}",'
            f'"latency_ms":{latency / 1000:.3f},"success":{"false" if failed else "true"}'
            + (',"error":"the tool gave no answer"' if failed else "") + "}\n")


def write_host(path, *host):
    """The log of one host."""
    with open(path, "w") as out:
        out.writelines(line for _, line in Host(*host).lines())


def write(folder, events, hosts, days, end, seed):
    """One file a host, `host-0.jsonl` and so on, and `all.jsonl`, in which one stands after another.

    `end`: when they all end, in microseconds since 1970.
    """
    files = [folder / f"host-{number}.jsonl" for number in range(hosts)]
    with multiprocessing.Pool(2) as pool:
        pool.starmap(write_host, [(file, number, events // hosts, days, end, seed)
                                  for number, file in enumerate(files)])
    with open(folder / "all.jsonl", "wb") as out:
        for file in files:
            with open(file, "rb") as log:
                shutil.copyfileobj(log, out, 1 << 20)
