"""The only room that knows Streamlit's widgets; pages/ and app.py come in, nobody else.

Start with `page` (the frame and where errors land), `pickers` (choices kept in the address),
`words` (numbers and names in plain words), `tables` and `findings_list`. Then page by page:
`home_*`, `data_*`, `import_*`, `split_*`, `augment_*`, `plan_*`, `train_view`, `results_view`,
`try_view`. `parts/` holds what lives in the browser, with its script beside it.
"""
