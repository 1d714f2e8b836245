"""What the guided tour says of each task's demo. Sentences only; the steps are in `tour_steps`."""

from dataclasses import dataclass

_FAULTS = (
    "Tailor looks for faults as well. We have put in a few, so that you see what it says: a "
    "picture {without}, one that is nearly there twice, {wrong}, and a class with far too few "
    "examples ({rare})."
)


@dataclass(frozen=True, slots=True)
class DemoWords:
    """What is said of one demo.

    Attributes:
        choice: What Home's button says; "" for the demo that opens with the main button.
        icon: The button's icon.
        choice_help: What that demo is, for the button's help.
        pictures: What is to be seen on its pictures.
        without: What the picture has not that nobody labelled.
        wrong: The thing with a wrong name.
        rare: The class with few examples.
        answer: What the model does on Try.
    """

    choice: str
    icon: str
    choice_help: str
    pictures: str
    without: str
    wrong: str
    rare: str
    answer: str

    @property
    def at_data(self) -> str:
        """On the Data page."""
        faults = _FAULTS.format(without=self.without, wrong=self.wrong, rare=self.rare)
        return f"{self.pictures} {faults}"


_SURE = "Move the slider to see what it is less sure of."

WORDS: dict[str, DemoWords] = {
    "detect": DemoWords(
        "",
        ":material/biotech:",
        "Finds blood cells under a microscope and draws a box around each.",
        "These are pictures of blood under a microscope, which Tailor has drawn by itself. On "
        "each, every cell is marked with a box and a name: from such examples a model learns.",
        "without labels",
        "a white cell that is called a platelet",
        "parasite",
        f"the model draws its boxes. {_SURE}",
    ),
    "segment": DemoWords(
        "Outlines",
        ":material/polyline:",
        "Finds blood cells and draws the outline of each (segmentation).",
        "These are pictures of blood under a microscope, which Tailor has drawn by itself. On "
        "each, an outline follows the edge of every cell: from such examples a model learns to "
        "outline cells by itself, so that their area can be measured.",
        "without outlines",
        "a white cell that is called a platelet",
        "parasite",
        f"the model outlines what it finds, and tells how large each thing is. {_SURE}",
    ),
    "classify": DemoWords(
        "Sort whole pictures",
        ":material/category:",
        "Names the tree that a leaf comes from (classification).",
        "These are autumn leaves on six tables, which Tailor has drawn by itself. Nothing is "
        "marked on them: each picture as a whole has one name, the tree's, and from such examples "
        "a model learns to sort pictures. The colour tells much, but one leaf in five has another "
        "tree's: then only the outline and the veins tell.",
        "without a name",
        "a maple leaf that is called oak (table-5-leaf-08.jpg, which no check can see)",
        "ginkgo",
        "the model says which tree the leaf may be from, and how sure it is.",
    ),
    "pose": DemoWords(
        "Points",
        ":material/scatter_plot:",
        "Finds fish and five named points on each (pose).",
        "These are fish in six tanks, which Tailor has drawn by itself. Each has a box, a name and "
        "five named points, such as those between which biologists measure fish; points that "
        "something hides are marked as hidden. From such examples a model learns to find them.",
        "without labels",
        "a perch that is called a pike (tank-4-look-05.jpg, which no check can see)",
        "pike",
        f"the model marks each fish and its five points. {_SURE}",
    ),
    "obb": DemoWords(
        "Turned boxes",
        ":material/crop_rotate:",
        "Finds parts on a conveyor and how each is turned (oriented boxes).",
        "These are metal parts on a conveyor belt, which Tailor has drawn by itself. Around each "
        "lies a box that is turned as the part is, so that a gripper would know where to take it: "
        "from such examples a model learns.",
        "without labels",
        "a link that is called a bolt (shift-3-look-08.jpg, which no check can see)",
        "spring",
        f"the model draws its turned boxes, and tells the angle of each. {_SURE}",
    ),
}
