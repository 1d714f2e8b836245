"""How the server behaves and how it looks. Told here and nowhere else.

`start.py` hands `SETTINGS` to the server; `streamlit run app.py` reads the same from
`.streamlit/config.toml`, which `python -m components.web.settings` writes and a test holds equal.
"""

import os
from pathlib import Path

# Names under which this computer may be asked. Anything else in a Host header is another site's
# name that was made to point here (DNS rebinding).
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

Setting = str | bool | int | list[str]

SETTINGS: dict[str, Setting] = {
    "server.address": "localhost",  # also keeps Streamlit from looking up our outer address
    "server.allowedHosts": LOCAL_HOSTS,
    "server.fileWatcherType": "none",  # a changed file would leave half-old modules behind
    "server.maxUploadSize": 200,  # MB; for small settings files, pictures go over our own route
    "server.headless": True,  # the launcher opens the browser
    "browser.gatherUsageStats": False,
    "runner.postScriptGC": False,  # a full collection after each click: +70 ms, measured
    "client.showErrorLinks": False,
    # A number's field is given its value twice: an emptied one goes back to its default.
    "global.disableWidgetStateDuplicationWarning": True,
    "client.toolbarMode": "minimal",
    "theme.baseRadius": "0.6rem",
    "theme.chartCategoricalColors": [
        "#2f6fde", "#e07b39", "#2f9e6e", "#c2417c", "#8a63d2", "#b08900", "#1f9bb3", "#d64545",
    ],
    "theme.light.primaryColor": "#1f5fd0",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f3f5f9",
    "theme.light.textColor": "#1b2230",
    "theme.light.borderColor": "#d5dae4",
    "theme.dark.primaryColor": "#3f73dc",
    "theme.dark.backgroundColor": "#12161f",
    "theme.dark.secondaryBackgroundColor": "#1c2230",
    "theme.dark.textColor": "#e8ecf4",
    "theme.dark.borderColor": "#38415a",
}  # fmt: skip

CONFIG_FILE = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"


def launch_settings() -> dict[str, Setting]:
    """The settings for `app.run`, with port, address and hosts from the environment if given.

    `streamlit run` reads `STREAMLIT_SERVER_PORT` and its like by itself, `app.run` does not.
    """
    settings = dict(SETTINGS)
    if port := os.environ.get("STREAMLIT_SERVER_PORT"):
        settings["server.port"] = int(port)
    if address := os.environ.get("STREAMLIT_SERVER_ADDRESS"):
        settings["server.address"] = address
    if hosts := os.environ.get("STREAMLIT_SERVER_ALLOWED_HOSTS"):
        settings["server.allowedHosts"] = [*LOCAL_HOSTS, *hosts.replace(",", " ").split()]
    # `start.py` says where Tailor is in its own words.
    settings["logger.hideWelcomeMessage"] = "TAILOR_OPENS" in os.environ
    return settings


def as_toml() -> str:
    """The settings as the text of `config.toml`."""
    sections: dict[str, list[str]] = {}
    for key, value in SETTINGS.items():
        section, _, name = key.rpartition(".")
        sections.setdefault(section, []).append(f"{name} = {_literal(value)}")
    blocks = (f"[{name}]\n" + "\n".join(lines) for name, lines in sections.items())
    head = "# Written by `python -m components.web.settings`; change the settings there.\n\n"
    return head + "\n\n".join(blocks) + "\n"


def _literal(value: Setting) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return "[" + ", ".join(_literal(entry) for entry in value) + "]"
        case int():
            return str(value)
        case _:
            return f'"{value}"'


if __name__ == "__main__":
    CONFIG_FILE.write_text(as_toml(), encoding="utf-8")
