"""Spares the start a search that Tailor has no use for."""

import importlib


def skip_component_search() -> None:
    """Keep Streamlit from searching all installed packages for components to register.

    At its start Streamlit reads the metadata of every installed package, several times over, to
    find components that came by `pip`. Tailor's own stand in `components/ui/parts`, it uses no
    others, and with its hundred packages the search took 0.4 s of 1.5 s (two cores, Streamlit
    1.67). The name is not public: where it is gone, the search takes place.
    """
    try:
        scanner = importlib.import_module("streamlit.components.v2.manifest_scanner")
    except ImportError:
        return
    if hasattr(scanner, "scan_component_manifests"):
        setattr(scanner, "scan_component_manifests", lambda *_, **__: [])  # noqa: B010 - untyped
