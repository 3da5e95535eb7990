"""What lies between a machine and its server: TLS, packed rows and answers."""
import pathlib
import socket
import subprocess
import tempfile
import threading

from cluster import Failed, Server, free_port, simulate
from conform import compare

TLS = """<yandex><https_port>PORT</https_port><openSSL><server>
    <certificateFile>FOLDER/server.pem</certificateFile><privateKeyFile>FOLDER/server.key</privateKeyFile>
    <verificationMode>none</verificationMode><disableProtocols>sslv2,sslv3</disableProtocols>
</server></openSSL></yandex>"""


class Forwarder:
    """Passes bytes on and counts them."""

    def __init__(self, port):
        self.target, self.sent, self.received = port, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client = self.listener.accept()[0]
            server = socket.create_connection(("127.0.0.1", self.target))
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for ends, name in (((client, server), "sent"), ((server, client), "received")):
                threading.Thread(target=self.forward, args=(*ends, name), daemon=True).start()

    def forward(self, source, target, name):
        try:
            while part := source.recv(65_536):
                setattr(self, name, getattr(self, name) + len(part))
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of the two has gone


def packed(binary, server):
    """Packed rows and answers are the same, and shorter."""
    with tempfile.TemporaryDirectory() as folder:
        logs = simulate(f"{folder}/logs", 51, "--requests", "200", "--hours", "30", "--files", "1")
        binary.run("ingest", *logs, "--quiet", database=f"{folder}/alone.db")
        taken = []
        for number, option in enumerate(["", "&compress=gzip"]):
            forwarder = Forwarder(server.port)
            address = f"clickhouse://127.0.0.1:{forwarder.port}/packed{number}?local={folder}/{number}.db{option}"
            binary.run("ingest", *logs, "--quiet", database=address)
            sent = forwarder.sent
            compare(binary, address, f"{folder}/alone.db", some=(16, 0))
            taken.append((sent, forwarder.received))
        (sent, received), (sent_packed, received_packed) = taken
        # Most answers are a few bytes, which are not shorter.
        if sent_packed > sent / 2 or received_packed > received * 0.7:
            raise Failed(f"plain {taken[0]} bytes went there and back, packed {taken[1]}")


def encrypted(binary, _):
    """A server with a certificate that a private authority has signed."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=agentwatch", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/server.key",
             "-out", f"{folder}/server.pem"], check=True, capture_output=True)
        with Server(TLS.replace("PORT", str(port)).replace("FOLDER", folder)):
            logs = simulate(f"{folder}/logs", 52, "--requests", "100", "--hours", "30", "--files", "1")
            binary.run("ingest", *logs, "--quiet", database=f"{folder}/alone.db")
            plain = f"clickhouses://127.0.0.1:{port}/secret?local={folder}/0.db"
            told = binary.run("ingest", *logs, "--quiet", database=plain, code=3)
            if "not signed by who is trusted" not in told or pathlib.Path(f"{folder}/0.db").exists():
                raise Failed(f"a certificate that nobody knows: {told}")
            told = binary.run("ingest", *logs, "--quiet", database=f"{plain}&ca={folder}/none.pem", code=3)
            if "reading the certificates" not in told:
                raise Failed(f"a file that is not there: {told}")
            address = f"{plain}&ca={folder}/server.pem&compress=gzip"
            binary.run("ingest", *logs, "--quiet", database=address)
            compare(binary, address, f"{folder}/alone.db", some=(16, 1))
            told = binary.run("status", database=f"clickhouse://127.0.0.1:{port}/secret", code=3)
            if "clickhouses://" not in told:
                raise Failed(f"a server for TLS that is spoken to without: {told}")
