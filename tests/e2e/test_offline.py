"""Tailor where there is no network: everything works, and nobody tries to reach out."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.without_network import outer_calls

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def alone():
    """The words that start a program in a network namespace with nothing but a loopback."""
    words = ["unshare", "--map-root-user", "--net"]
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("network namespaces are Linux's")
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("making a network namespace is not allowed here")
    return words


@pytest.mark.usefixtures("browser")  # without any, this is skipped, or fails in CI
def test_the_demo_becomes_a_model_without_any_network(alone, tmp_path):
    done = subprocess.run(
        [*alone, sys.executable, "-m", "tests.e2e.without_network", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert told["asked"] > 0  # the page's requests were heard
    assert told["page"] == []
    assert told["python"] == []
    assert not told["strace"]
    assert told["strace"] is None or told["followed"] > 1  # the server, and who worked for it
    assert told["clicks"] == 6


def test_calls_to_others_would_be_seen(tmp_path):
    log = tmp_path / "strace.txt"
    ours = [
        'connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16)',
        'connect(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 110)',
        'connect(3, {sa_family=AF_INET6, sin6_addr=inet_pton(AF_INET6, "::1", ...)}, 28)',
    ]
    others = [
        'connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16)',
        'sendto(3, "x", 1, 0, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1", '
        '&sin6_addr=inet_pton(AF_INET6, "2001:db8::1")}, 28)',
    ]
    log.write_text("\n".join([*ours, *others]), encoding="utf-8")
    assert outer_calls(log) == others
