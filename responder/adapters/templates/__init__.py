"""
Message templates: one YAML file per kind of mail, Jinja2 inside, a body per language.

A template can only print what its context offers: no calls, no arithmetic, no loops over anything but a given list.
What is wrong in a file is found when it is checked, with its line, not when a mail is due.
"""

from responder.adapters.templates.checking import findings, problems
from responder.adapters.templates.context import (
    ANSWERS,
    CANCELLATION_ANSWER,
    FEEDBACK_ANSWER,
    acknowledgement_context,
    order_context,
    policy_kind,
)
from responder.adapters.templates.files import load, parse, strays
from responder.adapters.templates.judging import Judged, judged, violations
from responder.adapters.templates.plan import plan_context
from responder.adapters.templates.rendering import pick_language, render, render_all
from responder.adapters.templates.samples import sample_contexts
from responder.adapters.templates.values import Rendered, Template, TemplateFailed

__all__ = [
    "ANSWERS",
    "CANCELLATION_ANSWER",
    "FEEDBACK_ANSWER",
    "Judged",
    "Rendered",
    "Template",
    "TemplateFailed",
    "acknowledgement_context",
    "findings",
    "judged",
    "load",
    "order_context",
    "parse",
    "pick_language",
    "plan_context",
    "policy_kind",
    "problems",
    "render",
    "render_all",
    "sample_contexts",
    "strays",
    "violations",
]
