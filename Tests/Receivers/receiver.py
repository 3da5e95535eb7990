#!/usr/bin/env python3
"""A receiver of alerts that misbehaves as told, and writes down what it was sent.

    receiver.py RECORD [tls]

Prints its port, then serves on 127.0.0.1 until its standard input ends. Every request becomes a line
of JSON in the file RECORD: path, headers, body. With `tls` it has a certificate that it made itself. The
first word of the path says what to do:

    /ok               200
    /accept           202, as PagerDuty answers
    /fail/N/KEY       500 for the first N requests with this KEY, then 200
    /status/CODE      that status, with the request's own body as the answer
    /say/WORD         400 and an answer that holds the WORD and the password of the request
    /later/SECONDS    429 with Retry-After
    /hang             reads the request and never answers
    /drip             200 and a body that comes a byte at a time, without end
    /reset            closes the connection with a TCP reset
    /redirect         307 to /ok?redirected
    /huge             500 and a body of 200 MB
    /slow-ok          200 after half a second
"""

import base64
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RECORD_LOCK = threading.Lock()
FAILURES = {}
STOPPED = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.record(body)
        words = self.path.split("?")[0].strip("/").split("/")
        getattr(self, "act_" + words[0].replace("-", "_"))(body, *words[1:])

    do_GET = do_POST

    def record(self, body):
        line = {
            "path": self.path,
            "headers": dict(self.headers.items()),
            "body": body.decode("utf-8"),
            "at": time.time(),
        }
        with RECORD_LOCK, open(sys.argv[1], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def answer(self, status, body=b"ok", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def act_ok(self, _body, *_words):
        self.answer(200)

    def act_accept(self, _body, *_words):
        self.answer(202, b'{"status": "success"}')

    def act_fail(self, _body, count, key="", *_words):
        with RECORD_LOCK:
            FAILURES[key] = FAILURES.get(key, 0) + 1
            failures = FAILURES[key]
        self.answer(500 if failures <= int(count) else 200, b"sorry")

    def act_status(self, body, code, *_words):
        self.answer(int(code), self.path.encode() + b" " + body)

    def act_say(self, _body, word):
        pair = base64.b64decode(self.headers.get("Authorization", " ").split(" ")[1])
        self.answer(400, b"bad token " + word.encode() + b" of " + pair.split(b":")[-1])

    def act_later(self, _body, seconds):
        self.answer(429, b"slow down", Retry_After=seconds)

    def act_hang(self, _body, *_words):
        STOPPED.wait()

    def act_slow_ok(self, _body):
        STOPPED.wait(0.5)
        self.answer(200)

    def act_drip(self, _body, status="500"):
        self.send_response(int(status))
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while not STOPPED.wait(0.02):
            self.wfile.write(b".")
            self.wfile.flush()

    def act_reset(self, _body):
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        # The file objects of the handler hold the socket open until they are closed too.
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        self.close_connection = True

    def act_redirect(self, _body):
        self.answer(307, b"", Location="/ok?redirected")

    def act_huge(self, _body):
        self.send_response(500)
        self.send_header("Content-Length", str(200 * 1024 * 1024))
        self.end_headers()
        for _ in range(200):
            self.wfile.write(b"x" * 1024 * 1024)

    def log_message(self, *_arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, _request, _address):
        # Clients that go away early are what some tests are about.
        pass


def own_certificate():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", key, "-out", certificate],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        context.load_cert_chain(certificate, key)
    return context


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if sys.argv[2:] == ["tls"]:
        server.socket = own_certificate().wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    STOPPED.set()


if __name__ == "__main__":
    main()
