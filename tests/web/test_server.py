"""One app, started in three ways, with settings that are told once."""

from pathlib import Path

import streamlit as st
from streamlit import config
from streamlit.web.server.app_discovery import discover_asgi_app

from components.web import background
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
