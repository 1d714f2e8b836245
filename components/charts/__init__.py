"""Data in, Plotly figure out; no Streamlit. `dataset` for pictures and labels, `plan` for what a
run will do, `results` for what became of it; `figure` is what the last two give. Come in: the
pages, through `components.ui`.
"""
