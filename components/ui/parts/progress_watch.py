"""A bar that follows a background job and wakes the page when the job moves on."""

from components.ui.parts.source import nothing, part


def progress_watch(
    url: str, phase: str, *, key: str, waiting: str = "Waiting for its turn …"
) -> str | None:
    """Show how far a job is, asking a route twice a second while the page is seen.

    Args:
        url: A progress route, such as `/tailor/import/<id>`, that answers
            `{"phase", "needle": {"phase", "done", "total", "left_s"}}`.
        phase: The phase the page is being drawn for (`import_state(folder).phase`).
        key: The part's name on the page.
        waiting: What to say before the job has said anything.

    Returns:
        The new phase, in the run of the page that its change brought about; None otherwise. The
        page is run anew anyway, so most pages need not look.
    """
    result = part("progress_watch")(
        key=key,
        data={"url": url, "phase": phase, "waiting": waiting},
        on_changed_change=nothing,
    )
    changed = result.get("changed")
    return None if changed is None else str(changed["phase"])
