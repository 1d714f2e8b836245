"""Pictures and labels become a data set: brought in, looked at, checked, split and frozen.

Start reading at `records` (what every label format is turned into), then `importing` (how it comes
in), `store` (the data set itself), `split` and `versions` (what a run is trained on).
Comes in: everybody to the right. Nothing here imports Streamlit or torch.
"""
