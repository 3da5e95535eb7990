#!/usr/bin/env python3
"""Asks a server whatever its OpenAPI document allows, and what it does not: conformance.py BINARY CASES.

No answer may be 5xx or undocumented, and each has to match its schema. Run by the Python that has
schemathesis.
"""

import os
import pathlib
import subprocess
import sys

from server import Server

HERE = pathlib.Path(__file__).resolve().parent
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main():
    """Over the cases of the fixtures, which have something of everything."""
    cases = sorted(str(path) for path in (HERE / "../../fixtures/cases").glob("*.jsonl"))
    with Server(sys.argv[1]) as server:
        subprocess.run(
            [server.binary, "ingest", "-q", "--db", server.database, *cases], check=True
        )
        command = [str(pathlib.Path(sys.executable).parent / "schemathesis"), "run"]
        command += [f"http://127.0.0.1:{server.port}/api/openapi.json"]
        # A stream has no end.
        command += ["--exclude-path", "/api/v1/stream", "--checks", CHECKS, "--seed", "1"]
        command += ["--max-examples", sys.argv[2], "--phases", "coverage,fuzzing", "--no-color"]
        hooks = {**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE)}
        done = subprocess.run(command, env=hooks, cwd=server.folder, check=False)
        errors = (server.folder / "errors").read_text()
        sys.exit(done.returncode or (f"the server logged: {errors}" if errors else 0))


if __name__ == "__main__":
    main()
