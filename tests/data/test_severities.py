"""What is lost or guessed is a warning; a remark is about what came in whole."""

import ast
import re
from pathlib import Path

import components.data

LOST_OR_GUESSED = re.compile(r"left out|not opened|not read|say so above|choose another|are closed")
NO_LABELS = {  # what these leave out was never a label
    "confidence_column", "mask_specks", "words_left_out", "_UNSEEN", "empty_pictures",
}  # fmt: skip


def remarks():
    """Code and sentence on what is done of every remark, wherever it is made."""
    for path in Path(components.data.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note":
                code, _, _, done = node.args
                name = code.value if isinstance(code, ast.Constant) else ast.unparse(code)
                yield f"{path.name}: {name}", name, ast.unparse(done)


def test_there_are_remarks_to_look_at():
    assert len(list(remarks())) > 30


def test_no_remark_hides_a_loss_or_a_guess():
    hidden = [where for where, name, done in remarks()
              if LOST_OR_GUESSED.search(done) and name not in NO_LABELS]  # fmt: skip
    assert hidden == []
