"""The effects that Ultralytics' trainer brings along, in the order in which it applies them.

Defaults are Ultralytics' own (its `cfg/default.yaml`; a test holds them together). Upper limits
are ours where Ultralytics has none: beyond them pictures stop looking like pictures.
"""

from components.augment.effect import ALL_TASKS, BOXED_TASKS, Effect

_SHARE = "of pictures"

_MIXING = (
    Effect(
        key="mosaic", label="Four pictures in one (mosaic)", family="trainer",
        default=1.0, unit=_SHARE, moves_boxes=True,
        help="Puts four pictures together into one. The model sees more things at more sizes and "
        "in new surroundings; it is the strongest single help for small data sets. "
        "It is left out in the last epochs, so that the model ends on whole pictures.",
    ),
    Effect(
        key="mixup", label="Two pictures shining through each other (mixup)", family="trainer",
        default=0.0, unit=_SHARE, moves_boxes=True,
        help="Lays two pictures over each other, half transparent, with the labels of both. "
        "It keeps long trainings from learning by heart; with few epochs it only confuses.",
    ),
    Effect(
        key="cutmix", label="A piece of another picture (cutmix)", family="trainer",
        default=0.0, unit=_SHARE, moves_boxes=True,
        help="Pastes a rectangle of another picture, with its labels, where nothing is labelled. "
        "The model learns to find things in front of unusual backgrounds.",
    ),
)  # fmt: skip

_MOVING = (
    Effect(
        key="degrees", label="Turn up to (rotation)", family="trainer",
        high=180.0, default=0.0, step=5.0, unit="degrees", asks="turn", moves_boxes=True,
        help="Turns each picture by a random angle up to this many degrees to either side. "
        "Good when the camera is held at any angle or looks straight down. "
        "Boxes stay upright, so they become somewhat too large at slanted angles.",
    ),
    Effect(
        key="translate", label="Shift up to (translation)", family="trainer",
        high=0.5, default=0.1, unit="of the picture", moves_boxes=True,
        help="Shifts each picture sideways, up or down by a random part of its size. "
        "Things need not stand in the middle to be found.",
    ),
    Effect(
        key="scale", label="Larger or smaller by up to (scale)", family="trainer",
        high=0.9, default=0.5, unit="of the size", tasks=ALL_TASKS, moves_boxes=True,
        help="Enlarges or shrinks each picture by a random amount. "
        "Good when things come near and far; lower it when size tells the classes apart.",
    ),
    Effect(
        key="shear", label="Slant up to (shear)", family="trainer",
        high=30.0, default=0.0, step=1.0, unit="degrees", moves_boxes=True,
        help="Slants each picture like a pushed-over card house. "
        "It imitates things seen from a different side.",
    ),
    Effect(
        key="perspective", label="Tilt (perspective)", family="trainer",
        high=0.001, default=0.0, step=0.0001, unit="strength", moves_boxes=True,
        help="Tilts each picture as if the camera stood lower or more to one side. "
        "Small numbers do much: 0.0005 is plainly seen.",
    ),
    Effect(
        key="flipud", label="Upside down (vertical flip)", family="trainer",
        default=0.0, unit=_SHARE, tasks=ALL_TASKS, asks="up_down", moves_boxes=True,
        help="Turns this share of the pictures upside down, like a reflection in water. "
        "Right for pictures from above or under a microscope, wrong where things stand upright.",
    ),
    Effect(
        key="fliplr", label="Mirrored (horizontal flip)", family="trainer",
        default=0.5, unit=_SHARE, tasks=ALL_TASKS, asks="left_right", moves_boxes=True,
        help="Mirrors this share of the pictures, left becoming right. It doubles what there is "
        "to see at no cost, unless left and right mean something, as in writing or on signs.",
    ),
)  # fmt: skip

_COLOURING = (
    Effect(
        key="hsv_h", label="Other colours (hue)", family="trainer",
        high=0.5, default=0.015, step=0.005, unit="of the colour wheel", tasks=ALL_TASKS,
        help="Shifts all colours a little along the rainbow. "
        "Keep it small or off when colour tells the classes apart.",
    ),
    Effect(
        key="hsv_s", label="Paler or stronger colours (saturation)", family="trainer",
        default=0.7, unit="up to", tasks=ALL_TASKS,
        help="Makes colours paler or stronger, as other cameras and other weather do.",
    ),
    Effect(
        key="hsv_v", label="Darker or brighter (value)", family="trainer",
        default=0.4, unit="up to", tasks=ALL_TASKS,
        help="Makes pictures darker or brighter, as other light and other exposures do.",
    ),
    Effect(
        key="bgr", label="Red and blue exchanged (BGR)", family="trainer",
        default=0.0, unit=_SHARE, tasks=BOXED_TASKS,
        help="Exchanges red and blue in this share of the pictures. "
        "Only of use when your cameras or programs mix up the order of the colours.",
    ),
    Effect(
        key="erasing", label="A patch blanked out (random erasing)", family="trainer",
        high=0.9, default=0.4, unit=_SHARE, tasks=("classify",),
        help="Blanks out a rectangle in this share of the pictures, so that the model does not "
        "rely on one single sign. Lower it when the telling detail is small.",
    ),
)  # fmt: skip

TRAINER_EFFECTS: tuple[Effect, ...] = (*_MIXING, *_MOVING, *_COLOURING)
