"""What became of a plan: the run's folder, the worker that trains, and what it found out.

Start reading at `store` (a run on disk), then `training` (how one starts, and its worker), then
`trainer` (where Tailor's training differs from plain Ultralytics, and why). `hands` is what a
person can do to it, `resuming` how it goes on after being cut off, `live` what the charts ask,
`evaluation` how good the model became. Comes in: models, charts, web, ui, pages.
torch and ultralytics are imported inside functions that only a worker calls.
"""
