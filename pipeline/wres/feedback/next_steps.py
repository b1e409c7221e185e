"""What happens next, in sentences: the same on the page, in the workbook and on the page for senders."""

from collections.abc import Mapping
from typing import Any

from wres.returns.findings import findings_in


def open_queries(document: Mapping[str, Any]) -> int:
    """Count the queries of a report that are not explained, each code once."""
    explained = {query["code"] for query in document["page"]["explained"]}
    codes = {finding.code for finding in findings_in(document) if finding.severity == "query"}
    return len(codes - explained)


def next_steps(document: Mapping[str, Any]) -> list[str]:
    """Say what the sender is to do, by when, and whom to ask.

    Args:
        document: the answer to the sender, as `report_document` makes it.
    """
    return [f"{_describe_next_step(document)} {_until(document['page'])}", _ask(document)]


def _describe_next_step(document: Mapping[str, Any]) -> str:
    """Say what the sender is to do with the file."""
    is_sent = document["page"]["sent"]
    again = " again" if is_sent else ""
    if document["status"] == "rejected":
        return f"Correct the file and send {'it again, all of it' if is_sent else 'it'}."
    if document["status"] == "accepted_with_queries" and open_queries(document):
        on_page = "on the page for senders, or " if is_sent else ""
        return (
            f"Check the figures that are asked about. Correct them, or explain them: {on_page}beside the code on the "
            f"Explanations sheet (in a CSV file: a row such as explanation.Q321), and send the whole file{again}."
        )
    if not is_sent:
        return "Send the file."
    return "If you find a mistake, send the corrected file: the last good return counts."


def _until(page: Mapping[str, Any]) -> str:
    """Say by when, or that the collection has closed."""
    closing = f"after {page['hard_close']} nothing is taken."
    if page["may_still"] == "in_time":
        return f"It is in time until {page['deadline']}; after that it counts as late, and {closing}"
    if page["may_still"] == "late":
        return f"The deadline was {page['deadline']}, so it will count as late; {closing}"
    return f"The collection closed on {page['hard_close']}: ask the national team first whether it can still be taken."


def _ask(document: Mapping[str, Any]) -> str:
    """Say whom to ask."""
    page = document["page"]
    receipt = f"the receipt {document['receipt']} and " if page["sent"] else ""
    return f"Questions: {page['team']}, {page['mailbox']}. Give {receipt}the code of the finding."
