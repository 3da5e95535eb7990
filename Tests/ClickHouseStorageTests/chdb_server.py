#!/usr/bin/env python3
"""The ClickHouse of today behind the HTTP interface of a server: as much of it as our statements need.

    chdb_server.py FOLDER

Keeps its data in the folder, prints its port, and ends with its standard input and without the folder. It has no users, and answers one
statement at a time, whole or with the problem.
"""
import pathlib
import re
import shutil
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chdb.session import Session

FOLDER = pathlib.Path(sys.argv[1])
ONE = threading.Lock()
INSERT = re.compile(r"(INSERT INTO .+?)\s+FORMAT\s+(\w+)\s*", re.DOTALL)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            with ONE:
                status, answer = 200, run(query, body)
        except Exception as problem:  # whatever the engine says is for the client
            status, answer = 500, str(problem).encode()
        self.send_response(status)
        self.send_header("X-ClickHouse-Server-Display-Name", "chdb")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def run(query, body):
    session.query(f"USE {query['database']}")
    insert = INSERT.fullmatch(query.get("query", ""))
    if not insert:
        return session.query(body.decode(), "TabSeparated").bytes()
    rows = FOLDER / "rows"
    rows.write_bytes(body)
    return session.query(f"{insert[1]} SELECT * FROM file('{rows}', '{insert[2]}')").bytes()


def end_with_input():
    sys.stdin.read()
    server.shutdown()


FOLDER.mkdir(parents=True, exist_ok=True)
session = Session(str(FOLDER / "data"))
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=end_with_input, daemon=True).start()
try:
    server.serve_forever()
finally:
    shutil.rmtree(FOLDER)
