"""Our own routes and the server that serves them: uploads, pictures, live numbers, downloads.

Start reading in `server.py`; `guard.py` says who may ask for what, `settings.py` how the server
behaves. No Streamlit calls but `st.App`. Everything that blocks runs in a plain (not async)
handler, which Starlette puts into a thread; what needs torch goes to the warm process.
"""
