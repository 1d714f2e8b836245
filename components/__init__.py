"""Tailor's rooms, in the order of the street.

errors, findings, tasks, workspace: the words everybody shares. Then `jobs` (work in a process of
its own), `data` (pictures and labels), `augment` (what training may do to a picture), `planning`
(what a run will do), `runs` (what became of it), `models` (what it is good for), `charts`
(figures), `web` (own routes), `ui` (Streamlit's widgets). A room imports itself and what stands to
its left; `tests/test_house_rules.py` holds that.
"""
