"""The automatic batch where there is no graphics card whose memory could be measured."""

LARGEST = 16  # Ultralytics' own default
PIXELS = 16 * 640 * 640  # of a batch of 16 at 640 px: about 4 GB with YOLO26n
FEWEST_STEPS = 8  # batches an epoch should have, so that a small data set is learned at all

CANDIDATES = (16, 12, 8, 6, 4, 3, 2)

RULE = (
    "Without a graphics card: the largest of 16, 12, 8, 6, 4, 3 and 2 that gives at least "
    f"{FEWEST_STEPS} batches per epoch and at most the pixels of 16 pictures of 640 px "
    "(rule of thumb)."
)


def automatic_batch(pictures: int, image_size_px: int) -> int:
    """Pictures per batch, chosen by `RULE`.

    Args:
        pictures: In the training part.
        image_size_px: Longer side as trained.

    Returns:
        2 to 16. A last batch of one picture, which batch normalisation cannot use at the
        smallest sizes, is avoided where another batch does.
    """
    fitting = [
        batch
        for batch in CANDIDATES
        if batch * image_size_px**2 <= PIXELS and pictures >= batch * FEWEST_STEPS
    ]
    whole = [batch for batch in fitting if pictures % batch != 1]
    return (whole or fitting or [2 if pictures % 2 != 1 else 3])[0]
