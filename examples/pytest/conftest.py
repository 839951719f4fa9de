"""The issuer for all tests. Each test begins with it as it was at its start."""

import json
import shutil
import subprocess
import time
from types import SimpleNamespace

import pytest
import requests


@pytest.fixture(scope="session")
def running_issuer(tmp_path_factory):
    ready = tmp_path_factory.mktemp("issuer") / "ready.json"
    command = [shutil.which("npx"), "eiam-token", "issuer", "--control", "--port", "0", "--ready-file", ready]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        while not ready.exists():
            assert process.poll() is None, "the issuer did not start: it has said why"
            time.sleep(0.05)
        issuer = SimpleNamespace(**json.loads(ready.read_text()))

        def control(method, path, body=None):
            headers = {"Authorization": f"Bearer {issuer.controlToken}"}
            response = requests.request(method, f"{issuer.control}/{path}", json=body, headers=headers)
            assert response.ok, response.text
            return response.json() if response.content else None

        yield SimpleNamespace(url=issuer.url, clients=issuer.clients, users=issuer.users, control=control)
        process.terminate()


@pytest.fixture
def issuer(running_issuer):
    running_issuer.control("POST", "reset")
    return running_issuer
