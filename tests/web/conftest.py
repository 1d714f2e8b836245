"""A server for the tests: the real middleware and routes, without Streamlit's runtime."""

import warnings
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from components.web.server import parts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the client is moving from httpx to httpx2; both serve
    from starlette.testclient import TestClient

WRITE = {"X-Tailor": "1"}


@pytest.fixture
def client(workspace) -> Iterator[TestClient]:
    ours = parts()
    app = Starlette(
        routes=ours["routes"], middleware=ours["middleware"],
        exception_handlers=ours["exception_handlers"],
    )  # fmt: skip
    with TestClient(app, base_url="http://localhost:8501") as client:
        yield client
