"""Steps of an item before its poll (介绍、酝酿 …): in the order of the item's list, each once for the item.

Text: docs/formats/meeting-file.md, `steps`. A step is done when it was recorded for the whole item (subject None), or
once for every subject that the item's contests assess. A re-vote does not repeat them. `recorded` is (step, subject).
"""

from collections.abc import Sequence

Recorded = Sequence[tuple[str, str | None]]


def missing_step(required: Sequence[str], recorded: Recorded, subjects: Sequence[str]) -> str | None:
    """The first step of the list that is not done, or None: the poll may open."""
    return next((step for step in required if not _done(step, recorded, subjects)), None)


def step_in_order(
    required: Sequence[str], recorded: Recorded, subjects: Sequence[str], step: str, subject: str | None
) -> bool:
    """Whether this step, for this subject or the whole item, may be recorded now.

    Every earlier step of the list must be done: for one subject, for that subject; for the whole item, for all of
    them. A step the item does not list, and a subject it does not have, have no place in its order. Recording a step
    again is allowed: it changes nothing.
    """
    if step not in required or (subject is not None and subject not in subjects):
        return False
    concerned = subjects if subject is None else [subject]
    return missing_step(required[: required.index(step)], recorded, concerned) is None


def _done(step: str, recorded: Recorded, subjects: Sequence[str]) -> bool:
    if (step, None) in recorded:
        return True
    return bool(subjects) and all((step, subject) in recorded for subject in subjects)
