"""The effects that albumentations adds, one slider each.

`arguments` maps the slider to albumentations' arguments so that more strength changes the picture
more; a test holds that. The ends of the scales are our choice by eye: at 1 a person can still
label the picture. JSON values only, lists for tuples: what stands in the plan is what is built.

They are applied after the mixing and moving of the trainer, before its colours and flips; the
picture comes in OpenCV's channel order (blue first), as Ultralytics hands it over.
"""

from components.augment.effect import Effect

Arguments = dict[str, object]
# The grey that Ultralytics fills borders with, for each colour: a single number fills blue only.
_GREY = [114.0, 114.0, 114.0]


def _span(low: float, high: float) -> list[float]:
    return [round(low, 4), round(high, 4)]


def _blur(strength: float) -> Arguments:
    # A size of 0 lets the kernel follow sigma; the spread is in pixels of the training picture.
    return {"blur_limit": 0, "sigma_limit": _span(0.2 + 1.3 * strength, 0.2 + 3.3 * strength)}


def _motion_blur(strength: float) -> Arguments:
    longest = 3 + 2 * round(9 * strength)  # odd sizes only
    return {"blur_limit": [3, longest], "allow_shifted": False}


def _noise(strength: float) -> Arguments:
    return {"std_range": _span(0.06 * strength, 0.25 * strength)}


def _light(strength: float) -> Arguments:
    reach = _span(-0.6 * strength, 0.6 * strength)
    return {"brightness_limit": reach, "contrast_limit": reach}


def _gamma(strength: float) -> Arguments:
    return {"gamma_limit": _span(100 / (1 + 1.5 * strength), 100 * (1 + 1.5 * strength))}


def _clahe(strength: float) -> Arguments:
    return {"clip_limit": _span(1 + 1 * strength, 1 + 7 * strength)}


def _sharpen(strength: float) -> Arguments:
    return {"alpha": _span(0.4 * strength, strength), "lightness": [1.0, 1.0]}


def _jpeg(strength: float) -> Arguments:
    return {"quality_range": [round(95 - 90 * strength), round(95 - 60 * strength)]}


def _downscale(strength: float) -> Arguments:
    return {"scale_range": _span(1 - 0.85 * strength, 1 - 0.5 * strength)}


def _haze(strength: float) -> Arguments:
    # RandomFog draws its patches one by one: 0.2 to 1.9 s for a picture of 640 px. Haze is made
    # of its two effects in 3 ms: less contrast, and as much light as lifts black and keeps white.
    return {
        "brightness_limit": _span(0.35 * strength, 0.5 * strength),
        "contrast_limit": _span(-0.6 * strength, -0.45 * strength),
    }


def _shadow(strength: float) -> Arguments:
    return {
        "shadow_roi": [0.0, 0.0, 1.0, 1.0], "num_shadows_limit": [1, 2],
        "shadow_intensity_range": _span(0.3 * strength, 0.8 * strength),
    }  # fmt: skip


def _holes(strength: float) -> Arguments:
    side = _span(0.04 + 0.04 * strength, 0.06 + 0.14 * strength)
    return {
        "num_holes_range": [1, 1 + round(7 * strength)], "hole_height_range": side,
        "hole_width_range": side, "fill": _GREY,
    }  # fmt: skip


def _lens(strength: float) -> Arguments:
    return {"distort_limit": _span(-0.5 * strength, 0.5 * strength), "fill": _GREY}


def _nothing(strength: float) -> Arguments:  # noqa: ARG001 - the effect has no strength
    return {}


_CAMERA = (
    Effect(
        key="blur", label="Out of focus (blur)", family="albumentations", default=0.4,
        unit="strength", probability=0.1, transform="GaussianBlur", arguments=_blur,
        help="Makes pictures soft, as an unsharp lens does.",
    ),
    Effect(
        key="motion_blur", label="Shaken (motion blur)", family="albumentations", default=0.4,
        unit="strength", probability=0.1, transform="MotionBlur", arguments=_motion_blur,
        help="Smears pictures in one direction, as a moving camera or a moving thing does.",
    ),
    Effect(
        key="noise", label="Grain (noise)", family="albumentations", default=0.4,
        unit="strength", probability=0.1, transform="GaussNoise", arguments=_noise,
        help="Adds the grain that cameras show in the dark.",
    ),
    Effect(
        key="sharpen", label="Sharper edges (sharpen)", family="albumentations", default=0.4,
        unit="strength", probability=0.1, transform="Sharpen", arguments=_sharpen,
        help="Makes edges harder, as many telephones do to their pictures.",
    ),
    Effect(
        key="jpeg", label="Squeezed file (JPEG compression)", family="albumentations",
        default=0.5, unit="strength", probability=0.1, transform="ImageCompression",
        arguments=_jpeg,
        help="Adds the small blocks that strong compression leaves, as in sent or filmed pictures.",
    ),
    Effect(
        key="downscale", label="Fewer pixels (downscale)", family="albumentations", default=0.5,
        unit="strength", probability=0.1, transform="Downscale", arguments=_downscale,
        help="Throws pixels away and enlarges again, as cheap cameras and digital zoom do.",
    ),
    Effect(
        key="lens", label="Bent by the lens (optical distortion)", family="albumentations",
        default=0.4, unit="strength", probability=0.2, transform="OpticalDistortion",
        arguments=_lens, moves_boxes=True,
        help="Bends straight lines inwards or outwards, as wide lenses do. The boxes go along.",
    ),
)  # fmt: skip

_LIGHT = (
    Effect(
        key="light", label="Light and contrast (brightness, contrast)", family="albumentations",
        default=0.4, unit="strength", probability=0.2, transform="RandomBrightnessContrast",
        arguments=_light,
        help="Makes whole pictures brighter or darker, flatter or harder.",
    ),
    Effect(
        key="gamma", label="Dark parts lighter or darker (gamma)", family="albumentations",
        default=0.4, unit="strength", probability=0.2, transform="RandomGamma", arguments=_gamma,
        help="Lifts or lowers the dark parts and leaves black and white as they are, "
        "as other screens and exposures do.",
    ),
    Effect(
        key="clahe", label="Local contrast (CLAHE)", family="albumentations", default=0.4,
        unit="strength", probability=0.1, transform="CLAHE", arguments=_clahe,
        help="Brings out detail in dark and in bright parts at the same time. "
        "Often used on microscope and X-ray pictures.",
    ),
    Effect(
        key="grey", label="Without colour (greyscale)", family="albumentations", default=1.0,
        unit="strength", probability=0.1, has_strength=False, transform="ToGray",
        arguments=_nothing,
        help="Takes the colour out of some pictures, so that the model looks at shapes as well. "
        "Leave it out when only colour tells the classes apart.",
    ),
)  # fmt: skip

_WORLD = (
    Effect(
        key="haze", label="Haze (fog)", family="albumentations", default=0.4, unit="strength",
        probability=0.1, transform="RandomBrightnessContrast", arguments=_haze,
        help="Makes pictures pale and bright, as fog, dust and a wet lens do. "
        "For cameras that stand outdoors.",
    ),
    Effect(
        key="shadow", label="Shadows", family="albumentations", default=0.5, unit="strength",
        probability=0.1, transform="RandomShadow", arguments=_shadow,
        help="Throws shadows with straight edges over parts of the picture.",
    ),
    Effect(
        key="holes", label="Hidden patches (coarse dropout)", family="albumentations",
        default=0.4, unit="strength", probability=0.2, transform="CoarseDropout",
        arguments=_holes, moves_boxes=True,
        help="Covers small patches with grey, so that the model recognises half-hidden things too. "
        "Boxes shrink to what stays visible; a thing that is covered completely loses its label.",
    ),
    Effect(
        key="quarter_turns", label="Quarter turns (90 degree rotation)", family="albumentations",
        default=1.0, unit="strength", probability=0.5, has_strength=False, asks="turn",
        moves_boxes=True, transform="RandomRotate90", arguments=_nothing,
        help="Turns pictures by 0, 90, 180 or 270 degrees, with exact boxes and no empty corners. "
        "Best for pictures from above or under a microscope, where no side is up.",
    ),
)  # fmt: skip

EXTRA_EFFECTS: tuple[Effect, ...] = (*_CAMERA, *_LIGHT, *_WORLD)
