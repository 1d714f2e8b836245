"""What a run will do: knobs, plan, freezing, learning-rate curve, machine, advice.

Start reading at `knobs` (a setting is told once), then `plan` (all of them together, frozen),
then `arguments` (the one translation into Ultralytics' words, and the way back). Comes in: runs,
models, ui. Nothing here imports torch outside of a function.
"""
