"""
The life of a thread as people read it: a Mermaid diagram and a Markdown table, made from the table itself.

docs/threads.md contains both, so what the document shows is what the program does.
"""

from collections.abc import Iterator

from responder.core.threads import (
    TABLE,
    Acknowledged,
    AcknowledgementReturned,
    Answered,
    AnswerReturned,
    Event,
    MessageReceived,
    NoResponseNeeded,
    Phase,
)

EVENTS: dict[type[Event], str] = {
    MessageReceived: "the buyer writes",
    Acknowledged: "our acknowledgement is accepted",
    Answered: "a person answers",
    NoResponseNeeded: "a person says that no answer is needed",
    AcknowledgementReturned: "our acknowledgement comes back",
    AnswerReturned: "an answer comes back",
}
PHASES: dict[Phase, str] = {
    Phase.WAITING: "waiting",
    Phase.ACKNOWLEDGED: "acknowledged, still open",
    Phase.ANSWERED: "answered",
    Phase.NO_RESPONSE_NEEDED: "no response needed",
}


def mermaid() -> str:
    """Return the diagram (Mermaid, stateDiagram-v2); what leaves a thread where it is stands in the table alone."""
    return "\n".join(("stateDiagram-v2", *(f"    {line}" for line in _diagram()))) + "\n"


def _diagram() -> Iterator[str]:
    for phase, words in PHASES.items():
        yield f"{phase}: {words}"
    yield f"[*] --> {Phase.WAITING}: {EVENTS[MessageReceived]}"
    for before, row in TABLE.items():
        for event, cell in row.items():
            for after in cell.leads_to:
                if after is not before:
                    yield f"{before} --> {after}: {EVENTS[event]}"


def markdown() -> str:
    """Return every arrow as a row of a Markdown table, those that lead nowhere else included."""
    return "\n".join(("| what happens | from | to | why |", "|---|---|---|---|", *_rows())) + "\n"


def _rows() -> Iterator[str]:
    for before, row in TABLE.items():
        for event, cell in row.items():
            for after, why in cell.leads_to.items():
                yield f"| {EVENTS[event]} | {PHASES[before]} | {PHASES[after]} | {why} |"
