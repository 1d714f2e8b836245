"""What the demos' pictures show, drawn from a seed: nothing is fetched, no picture is anybody's.

Each subject is a module with `CLASSES` and `draw(series, dice)`, which gives a picture and the
labels that fit its very outlines: `conveyor` (turned boxes), `tank` (points), `leaves` (whole
pictures); blood cells (boxes, outlines) are drawn by `components.data.smear`. `canvas` is what they
share. Start reading in `components.data.demo`, which makes data sets of them.
"""
