"""What a record of a picture says beside its things: names of classes, and answers about it all."""

from typing import Any

_DEEPEST, _MOST_BESIDE = 9, 50  # how far answers are looked for; our own choice


def answer_in(value: Any, depth: int = 0) -> str:
    """The first answer to a question about the whole picture, as Labelbox writes it; or ""."""
    if depth > _DEEPEST or not isinstance(value, dict | list):
        return ""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value[:_MOST_BESIDE]):
        if key in ("radio_answer", "answer") and isinstance(inner, dict):
            name = inner.get("value", inner.get("name"))
            return name.strip() if isinstance(name, str) else ""
        if found := answer_in(inner, depth + 1):
            return found
    return ""


def names_beside(record: dict[str, Any]) -> dict[int, str]:
    """Class names that a record brings for its numbers, as SageMaker Ground Truth's do."""
    found: dict[int, str] = {}
    for key, value in record.items():
        if not (key.endswith("-metadata") and isinstance(value, dict)):
            continue
        number = record.get(key.removesuffix("-metadata"))
        if isinstance(value.get("class-name"), str) and type(number) is int:
            found[number] = value["class-name"]
        given = value.get("class-map")
        for code, name in given.items() if isinstance(given, dict) else ():
            if isinstance(name, str) and str(code).isdecimal() and len(str(code)) < 7:
                found[int(code)] = name
    return found
