"""What goes into a data set's file and what comes out of it: one small record per question."""

from dataclasses import dataclass, replace

from components.data.records import Corners, Label, PictureState, Split

WITHOUT_SPLIT = "none"  # in a filter: pictures that have no part yet
ANY_PROBLEM = "any"  # in a filter: pictures with a problem of whatever kind


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture to be taken in. Paths are relative to the data set's folder, with `/`, but for
    those of a picture that stays in the user's own folder: they are absolute.

    Attributes:
        file: What the trainer reads.
        original: What the user gave; the same as `file` unless it had to be converted.
        name: Unique in the data set; how the user knows the picture.
        width: Pixels, after EXIF orientation.
        height: Pixels, after EXIF orientation.
        state: What is known about its labels.
        split: Its part; None when it has none yet.
        labels: Empty unless the state is LABELLED or IGNORED.
        thumbnail: Small copy for the gallery; "" when there is none.
        sha256: Of the file's bytes; equal pictures never part in a split.
        note: What the user should know about it ("Converted from 16 bit.").
        stamp: `in_place.stamp_of` an original in the user's own folder; "" for one of the store.
    """

    file: str
    original: str
    name: str
    width: int
    height: int
    state: PictureState
    split: Split | None = None
    labels: tuple[Label, ...] = ()
    thumbnail: str = ""
    sha256: str = ""
    note: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class PictureFilter:
    """Which pictures are meant; None and "" mean no condition.

    Attributes:
        class_id: With at least one label of this class.
        split: In this part; `WITHOUT_SPLIT` for those in none.
        state: In this state.
        problem: With a problem of this code; `ANY_PROBLEM` for one of any code.
        text: With this text in the name, without regard to ASCII case.
        found: That the finding of this kind is about; `found.pictures` knows all kinds.
    """

    class_id: int | None = None
    split: str | None = None
    state: str | None = None
    problem: str | None = None
    text: str = ""
    found: str | None = None

    def without_finding(self) -> "PictureFilter":
        """The same, but for all pictures that any finding may be about."""
        return replace(self, found=None)


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One picture as lists and the gallery show it. Sizes in pixels, after EXIF orientation."""

    id: int
    name: str
    width: int
    height: int
    state: PictureState
    split: Split | None
    boxes: int
    note: str
    problems: int


@dataclass(frozen=True, slots=True)
class StoredLabel:
    """One thing on a picture; box as left, top, right, bottom in pixels."""

    class_id: int
    box: Corners
    shape: str
    points: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class DatasetClass:
    """One class. Ids run from 0 without holes; ignored pictures are not counted."""

    id: int
    name: str
    boxes: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Summary:
    """How many there are of everything.

    `pictures` is all of them. Boxes and parts leave ignored pictures out, so that
    `train + val + test + unsplit + ignored == pictures`.
    """

    pictures: int
    labelled: int
    unlabelled: int
    empty: int
    ignored: int
    boxes: int
    classes: int
    train: int
    val: int
    test: int
    unsplit: int


@dataclass(frozen=True, slots=True)
class DatasetCard:
    """A data set as a list of data sets shows it.

    Attributes:
        slug: Name of its folder.
        name: What the user calls it.
        task: A `tasks.TASKS` key.
        pictures: All of them.
        labelled: Pictures with labels.
        classes: How many classes.
        boxes: How many boxes.
        cover_picture_id: A picture that stands for the whole; None when there is none.
        made_at: Unix seconds.
        trouble: Why it cannot be opened; "" when it can.
    """

    slug: str
    name: str
    task: str
    pictures: int
    labelled: int
    classes: int
    boxes: int
    cover_picture_id: int | None
    made_at: float
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SplitOrigin:
    """Where the split of a data set came from.

    Attributes:
        source: "" (none yet), "import" (came with the data), "shares" (dealt by Tailor), or "hand".
        shares: Of train, val and test, adding up to 1; None unless dealt.
        seed: Of the dice; None unless dealt.
    """

    source: str = ""
    shares: tuple[float, float, float] | None = None
    seed: int | None = None
