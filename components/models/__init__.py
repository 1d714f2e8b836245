"""What a run starts from and what a finished one is good for: base models, weights, predictions.

Start reading at `bases` (the catalogue), then `weights` (how a file is let in; `pickle_scan` is
the lock on that door), `fetching`, `offline` (whether anything may be fetched), `prediction`.
`starter` made the weights that come with Tailor. Comes in: ui, web. torch only in the warm process
and in commands.
"""
