"""What training may do to a picture, and how to see it beforehand.

Start reading at `recipe` (what travels in the plan), then `catalogue` (what there is to choose),
`training_dataset` (what the trainer reads) and `preview` (the same, drawn). `safety` asks before
pictures are flipped or turned. Rooms to the right come in through `recipe`, `catalogue` and
`safety`; `preview` runs in the warm process, `training_dataset` in the training worker.
"""
