"""docs/sign-in.md: its Python program and its commands, run as they are printed but for the port, on the demo world."""

import os
import re
import subprocess
import sys
from pathlib import Path

from poolpass_server import BINARY, ROOT, Server

PAGE = Path(ROOT, "docs", "sign-in.md")
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


def test_the_commands_of_sign_in_md_print_what_the_page_says(tmp_path):
    (tmp_path / "poolpass").symlink_to(BINARY)
    with Server("--demo") as server:
        environment = {
            **os.environ,
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            "POOLPASS_ENDPOINT": server.endpoint,
        }
        asked = [(command, printed) for command, printed in commands() if ours(command)]
        assert len(asked) > 8
        for command, printed in asked:
            text = command.replace("localhost:7665", f"localhost:{server.port}")
            ran = subprocess.run(["bash", "-c", f"{PRELUDE}; {text}"], env=environment, capture_output=True, text=True)
            answer = (ran.stdout + ran.stderr).replace(f"localhost:{server.port}", "localhost:7665")
            assert re.fullmatch(pattern(printed), answer.strip()), f"{command}\nprints\n{answer}\nand not\n{printed}"


# A variable that the page sets in a command of its own.
PRELUDE = "API='X-Amz-Target: AWSCognitoIdentityProviderService'"


def ours(command):
    """Needs nothing but the server and curl, and nothing that came before it but what is here."""
    words = command.replace("|", " ").replace("(", " ").split()
    return words[0] in {"curl", "poolpass"} and command not in {"poolpass serve --demo", "poolpass explain | head -3"}


def commands():
    """Every command of the page, and what the page says it prints."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.rstrip("\n").split("\n")
            ends = next(n for n in range(1, len(lines) + 1) if is_whole("\n".join(lines[:n])))
            yield "\n".join(lines[:ends]), "\n".join(lines[ends:])


def is_whole(command):
    return subprocess.run(["bash", "-n", "-c", command], capture_output=True).returncode == 0


def pattern(printed):
    """What is drawn anew each time may differ, and `…` stands for the rest of a long text."""
    text = re.escape(printed.strip())
    for drawn in [
        r"[0-9a-f]{8}(?:\\-[0-9a-f]{4}){3}\\-[0-9a-f]{12}",
        r"\d{4}\\-\d{2}\\-\d{2}T[\d:]+\\\.\d{3}Z",
        r"(?<=code_verifier\":\")[\w\\-]{43,}",
        r"(?<![\d.])\d{6}(?!\d)",
    ]:
        text = re.sub(drawn, lambda _: r"[\w:.-]+", text)
    return text.replace("…", ".*")
