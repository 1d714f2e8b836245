"""The warm process: keeps heavy libraries loaded and answers one request after another.

`python -m components.jobs.warm_host`. A request is a JSON line `{"id", "target", "arguments"}`
on standard input, `target` being `module:function`; the answer is a JSON line `{"id", "result"}`
or `{"id", "what", "fix"}` on standard output. It ends when its input is closed, that is, when
the app that started it is gone.
"""

import importlib
import json
import os
import sys
import traceback
from typing import Any

from components.errors import AppError


def main() -> None:
    """Answer until the input ends. Libraries that print do so to the log, not into answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps({"id": request["id"], **_answer(request)}) + "\n")
        answers.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        module, _, function = request["target"].partition(":")
        result = getattr(importlib.import_module(module), function)(**request["arguments"])
    except AppError as error:
        return {"what": error.what, "fix": error.fix}
    except Exception as error:
        traceback.print_exc()
        return {
            "what": f"A background step failed ({type(error).__name__}: {error}).",
            "fix": "Try again; if it happens again, report the file warm.log in the workspace.",
        }
    return {"result": result}


if __name__ == "__main__":
    main()
