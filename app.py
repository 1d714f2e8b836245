"""The front door. The same file is three things, by how it is called:

* `streamlit run app.py` finds `app` and serves it;
* for every view of a page Streamlit runs this file as `__main__`: it draws the menu and the page;
* `python app.py` starts the server with the settings of `components/web/settings.py`.
"""

from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit import runtime

HERE = Path(__file__).resolve().parent

# File, title, icon, what a person finds there. The folder is the menu's section.
PAGES = (
    ("pages/start/home.py", "Home", "home", "Your projects and what to do next."),
    ("pages/make/data.py", "Data", "photo_library", "Bring in pictures and labels, and look."),
    ("pages/make/augment.py", "Augment", "auto_awesome", "Vary your pictures during training."),
    ("pages/make/plan.py", "Plan", "tune", "Decide what the model learns, and how."),
    ("pages/make/train.py", "Train", "monitoring", "Watch the model learn."),
    ("pages/use/results.py", "Results", "insights", "See how good the model became."),
    ("pages/use/try_it.py", "Try", "image_search", "Let the model look at a new picture."),
)
ADDRESSES = {"Home": "", "Try": "try"}


def menu() -> None:
    """Draw the menu and run the page that was chosen."""
    st.set_page_config(
        page_title="Tailor", page_icon=str(HERE / "assets" / "icon.png"), layout="wide"
    )
    sections: dict[str, list[st.Page]] = {}
    for file, title, icon, tip in PAGES:
        if (HERE / file).exists():
            page = st.Page(
                file, title=title, icon=f":material/{icon}:", help=tip,
                url_path=ADDRESSES.get(title, title.lower()), default=title == "Home",
            )  # fmt: skip
            sections.setdefault(file.split("/")[1].capitalize(), []).append(page)
    st.navigation(sections).run()


if __name__ == "__main__" and runtime.exists():
    menu()
else:
    from components.web.server import parts

    app = st.App(Path(__file__).resolve(), **parts())
    if __name__ == "__main__":
        from components.web.quick_start import skip_component_search
        from components.web.settings import launch_settings

        skip_component_search()
        with suppress(KeyboardInterrupt):  # Ctrl-C: the server has closed by then
            app.run(config=launch_settings())
