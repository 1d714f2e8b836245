"""Work in a process of its own: what it says, who starts it, and who sees it to its end.

Knows nothing of vision. Start reading at `events` (what a job says), then `worker` (its side),
then `supervisor` (our side); `warm` is the process that stays, for previews and predictions.
Comes in: everybody to the right. Nothing here imports Streamlit or torch.
"""
