"""Appends reviewed traces with a bad rating to the dataset."""

from langfuse import Langfuse

langfuse = Langfuse()


def export(reviewed_answers: dict[str, str]) -> None:
    """One case for each down-voted trace that a person has reviewed."""
    for trace in langfuse.api.trace.list(tags=["downvoted"]).data:
        langfuse.create_dataset_item(
            dataset_name="answers",
            input=trace.input,
            expected_output=reviewed_answers[trace.id],
            source_trace_id=trace.id,
        )
