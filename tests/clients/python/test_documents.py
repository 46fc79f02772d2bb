"""The Python program of docs/sign-in.md, run as it is printed but for the port, against the demo world."""

import subprocess
import sys
from pathlib import Path

from poolpass_server import ROOT, Server

PROGRAM = Path(ROOT, "docs", "sign-in", "sign_in.py")


def test_sign_in_py_signs_in_with_srp_and_with_the_password():
    with Server("--demo") as server:
        text = PROGRAM.read_text().replace("http://localhost:7665", f"http://localhost:{server.port}")
        ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == [
        "srp:      ada ada@example.com ['admins', 'customers']",
        "token:    aws.cognito.signin.user.admin",
        "refresh:  True",
        "refused:  Incorrect username or password.",
        "password: ada",
    ]
