"""
What a template may do (Jinja2, immutable sandbox, strict undefined): print the values it is given, choose, and loop
over a given list.

Everything is decided from the source, before anything runs; so a template that passes ends, and its output is bounded.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from responder import document
from responder.adapters.templates.context import Names
from responder.adapters.templates.values import TemplateFailed

OUTPUT_LIMIT = 64 * 1024


def _default(value: object, default: object = "", boolean: bool = False) -> object:
    """Jinja2's `default`, for a value that is not known as well."""
    missing = value is None or isinstance(value, jinja2.Undefined) or (boolean and not value)
    return default if missing else value


def _isolate(value: object) -> object:
    """A name or a number of another script, set apart: it keeps its own direction in a text from right to left."""
    return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}" if value else value


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: "" if value is None else value,
    )
    environment.globals.clear()
    kept = ("upper", "lower", "capitalize", "trim", "length")
    environment.filters = {name: environment.filters[name] for name in kept}
    environment.filters.update(default=_default, d=_default, isolate=_isolate)
    environment.tests = {name: environment.tests[name] for name in ("defined", "undefined", "none", "in", "eq", "ne")}
    return environment


_ENVIRONMENT = _environment()

# Without calls, arithmetic, assignments and ranges a template is at most as large as its source and its context: the
# sandbox alone stops neither `"a".center(10**9)` nor nested ranges.
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
    nodes.Test,
    nodes.For,
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong in a source: its line, and a word to find the column by."""

    line: int
    word: str
    problem: str
    hint: str


def source_problems(source: str, names: Names) -> Iterator[Wrong]:
    """Return what `source` must not do, and each name in it that `names` does not offer."""
    try:
        tree = _ENVIRONMENT.parse(source)
    except jinja2.TemplateSyntaxError as error:
        yield Wrong(error.lineno, "{", f"the template cannot be read: {error.message}", "check its {{ }} and {% %}")
        return
    loops = {each.target.name for each in tree.find_all(nodes.For) if isinstance(each.target, nodes.Name)}
    for node in _walk(tree):
        yield from _node_problems(node, names, loops)


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    if isinstance(node, _ALLOWED):
        for child in node.iter_child_nodes():
            yield from _walk(child)


def _node_problems(node: nodes.Node, names: Names, loops: Collection[str]) -> Iterator[Wrong]:
    if not isinstance(node, _ALLOWED):
        what = _TELLING.get(type(node).__name__, type(node).__name__)
        yield Wrong(node.lineno, "{", f"a template cannot use {what}", "use {{ names }}, filters and {% if %} only")
    elif isinstance(node, nodes.Name) and node.name not in names and node.name not in loops:
        yield Wrong(node.lineno, node.name, f"'{node.name}' is not known", _meant(node.name, names))
    elif isinstance(node, nodes.Getattr):
        yield from _attribute_problems(node, names)
    elif isinstance(node, nodes.Filter) and node.name not in _ENVIRONMENT.filters:
        known = _ENVIRONMENT.filters
        yield Wrong(node.lineno, node.name, f"there is no filter '{node.name}'", _meant(node.name, known))
    elif isinstance(node, nodes.Test) and node.name not in _ENVIRONMENT.tests:
        known = _ENVIRONMENT.tests
        yield Wrong(node.lineno, node.name, f"there is no test '{node.name}'", _meant(node.name, known))
    elif isinstance(node, nodes.For):
        yield from _loop_problems(node)


_TELLING = {
    "Call": "a function or method call",
    "Assign": "{% set %}",
    "Mul": "arithmetic",
    "Pow": "arithmetic",
    "Add": "arithmetic",
    "Sub": "arithmetic",
    "Getitem": "[brackets]; write a dot",
    "Include": "{% include %}",
    "Import": "{% import %}",
    "FromImport": "{% from %}",
    "Extends": "{% extends %}",
    "Macro": "{% macro %}",
    "Concat": "~; write the parts one after the other",
}


def _attribute_problems(node: nodes.Getattr, names: Names) -> Iterator[Wrong]:
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    if owner in names and node.attr in names[owner]:
        return
    known = [f"{name}.{part}" for name, parts in names.items() for part in parts]
    written = f"{owner}.{node.attr}" if owner else node.attr
    if owner in names or not owner or node.attr.startswith("_"):
        yield Wrong(node.lineno, node.attr, f"'{written}' is not known", _meant(written, known))


def _loop_problems(node: nodes.For) -> Iterator[Wrong]:
    given = isinstance(node.iter, nodes.Name | nodes.Getattr)
    nested = any(isinstance(each, nodes.For) for child in node.body for each in _walk(child))
    if not given or nested or node.recursive:
        yield Wrong(node.lineno, "for", "a loop runs over one given list, and not inside another", "write it out")


def _meant(word: str, known: Collection[str]) -> str:
    nearest = document.nearest(word, known)
    return f"did you mean '{nearest}'?" if nearest else f"known are {', '.join(sorted(known))}"


@lru_cache(maxsize=512)  # every text of every template: `check` reads each of them several times
def _compiled(source: str) -> jinja2.Template:
    return _ENVIRONMENT.from_string(source)


@lru_cache(maxsize=512)  # every text of every template: `check` reads each of them several times
def _first_wrong(source: str, offered: frozenset[tuple[str, frozenset[str]]]) -> Wrong | None:
    """Reading a long text takes longer than printing it, and it is printed once for each case."""
    return next(source_problems(source, dict(offered)), None)


def printed(source: str, names: Names, context: Mapping[str, object]) -> str:
    """Return what `source` prints; raise `TemplateFailed` when it must not run or grows too large."""
    wrong = _first_wrong(source, frozenset(names.items()))
    if wrong is not None:
        raise TemplateFailed(f"line {wrong.line}: {wrong.problem} ({wrong.hint})")
    printed = ""
    try:
        for part in _compiled(source).generate(context):
            printed += part
            if len(printed) > OUTPUT_LIMIT:
                raise TemplateFailed(f"the text grew over {OUTPUT_LIMIT} characters")
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateFailed(f"{type(error).__name__}: {error}") from error
    return printed


def marked(source: str, mark: Callable[[int], str]) -> str:
    """Return `source` with a mark of its number at the end of each line that is printed as it stands."""
    written = ""
    for number, part, value in _ENVIRONMENT.lex(source):
        if part == "data":
            first, *more = value.split("\n")
            written += first + "".join(f"{mark(number + at)}\n{line}" for at, line in enumerate(more))
        else:
            written += value
    return written
