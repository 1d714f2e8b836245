"""All hostile inputs."""

from tests.hostile import archive_cases, label_cases, picture_cases, record_cases
from tests.hostile.case import CASES, Case

__all__ = ["CASES", "Case"]
MODULES = (archive_cases, label_cases, picture_cases, record_cases)
