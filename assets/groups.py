"""Groups: the stages of the flow, numbered, for Dagster lists groups by their names.

What belongs here: the order of the groups. What does not: what is in them.
"""

_FLOW = ("received", "read", "stage", "dim", "fact", "kpi", "audit", "release", "readers")


def group_of(stage: str) -> str:
    """Return the name of a stage's group.

    Raises:
        ValueError: there is no such stage.
    """
    return f"{_FLOW.index(stage) + 1}_{stage}"
