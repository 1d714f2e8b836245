"""The starter weights: how they were made, and how to make them again.

`python -m components.models.starter --minutes M` draws scenes by formula (`contours`, `textures`,
`scenes`, kept in a `pool`), trains YOLO26n on them (`pretraining`) and writes the weights with a
card. Torch is loaded inside functions only. Nobody else comes in but the command and the tests.
"""
