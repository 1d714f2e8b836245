"""Parts of pages that live in the browser: Streamlit components with their script beside them.

Each part is a Python function of the same name as its file; `x.js` and `x.css` belong to `x.py`.
`kit.js` and `kit.css` are put in front of every part's own. Data comes from our own routes, not
through Streamlit; a trigger only says that something happened. Class and file names are set as
text, never as HTML.
"""
