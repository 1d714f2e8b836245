"""One app, started in three ways, with settings that are told once."""

import socket
import threading
from http.client import HTTPConnection
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.responses import PlainTextResponse
from streamlit import config
from streamlit.web.server.app_discovery import discover_asgi_app

from components.web import background
from components.web.no_delay import NoDelay, socket_behind
from components.web.server import make_app
from components.web.settings import CONFIG_FILE, SETTINGS, as_toml, launch_settings

ROOT = Path(__file__).resolve().parents[2]


def test_the_settings_file_says_what_the_code_says():
    assert CONFIG_FILE.read_text(encoding="utf-8") == as_toml()


def test_streamlit_knows_every_setting():
    assert set(SETTINGS) <= set(config._config_options_template)


def test_streamlit_run_finds_our_server_in_the_front_door():
    found = discover_asgi_app(ROOT / "app.py")
    assert found.import_string == "app:app"


def test_the_environment_may_choose_port_and_hosts(monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "8599")
    monkeypatch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", "box.lan, other.lan")
    settings = launch_settings()
    assert settings["server.port"] == 8599
    assert settings["server.allowedHosts"][-2:] == ["box.lan", "other.lan"]
    assert "server.port" not in SETTINGS


def test_nothing_is_sent_out():
    assert SETTINGS["browser.gatherUsageStats"] is False
    assert SETTINGS["server.address"] == "localhost"


def test_the_app_can_be_put_together(workspace):
    assert isinstance(make_app(ROOT / "app.py"), st.App)


def test_there_is_one_supervisor_and_it_can_be_closed(workspace):
    try:
        assert background.supervisor() is background.supervisor()
    finally:
        background.close()
    again = background.supervisor()
    background.close()
    assert again is not None


def test_answers_do_not_wait_for_acknowledgements():
    told = []

    async def app(scope, receive, send):
        connection = socket_behind(receive)
        told.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await PlainTextResponse("here")(scope, receive, send)

    with socket.socket() as listening:  # as Streamlit makes it: without a protocol number
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        settings = uvicorn.Config(NoDelay(app), lifespan="off", log_config=None)
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        connection = HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=20)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"here"
        connection.close()
        server.should_exit = True
        thread.join(20)
    assert told == [1]
