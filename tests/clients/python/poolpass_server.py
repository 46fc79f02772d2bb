"""One poolpass process on a free port, with an empty store in memory."""

import json
import os
import pathlib
import queue
import subprocess
import tempfile
import threading
from urllib.parse import urlsplit

import requests

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("POOLPASS_BIN", ROOT / "target" / "release" / "poolpass"))
SERVE = ["serve", "--store", "memory", "--listen", "127.0.0.1:0", "--ready-json"]
START_SECONDS = 20


class Server:
    """Runs from `with` to its end; `endpoint` is where it listens, `ready` all that it said when it did."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __enter__(self):
        assert BINARY.is_file(), f"{BINARY} is missing: run `cargo build --release` or set POOLPASS_BIN"
        self.folder = tempfile.TemporaryDirectory(prefix="poolpass-")
        self.log = open(os.path.join(self.folder.name, "log"), "w+")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("POOLPASS_", "AWS_"))}
        self.process = subprocess.Popen(
            [str(BINARY), *SERVE, *self.arguments],
            cwd=self.folder.name,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.ready = self._ready()
        self.endpoint = self.ready["endpoint"]
        self.port = urlsplit(self.endpoint).port
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=START_SECONDS)
        self.log.close()
        self.folder.cleanup()

    def _ready(self):
        lines = queue.Queue()
        threading.Thread(target=lambda: [lines.put(line) for line in self.process.stdout], daemon=True).start()
        try:
            ready = json.loads(lines.get(timeout=START_SECONDS))
        except (queue.Empty, ValueError) as cause:
            self.process.kill()
            self.log.seek(0)
            raise AssertionError(f"no ready line; the log says: {self.log.read()}") from cause
        assert ready["event"] == "ready", ready
        return ready

    @property
    def token_url(self):
        """The pool is found by the client id."""
        return f"{self.endpoint}/oauth2/token"

    def issuer(self, pool_id):
        """What tokens carry in the default issuer mode: a fixed string, whatever name the server was called by."""
        return f"http://localhost:{self.port}/{pool_id}"

    def jwks_url(self, pool_id):
        return f"{self.endpoint}/{pool_id}/.well-known/jwks.json"

    def last_message(self, pool_id, to):
        """What a user of the pool was last sent to this address or number."""
        query = {"pool": pool_id, "to": to, "limit": 1}
        [message] = requests.get(f"{self.endpoint}/_poolpass/outbox", params=query, timeout=10).json()["messages"]
        return message
