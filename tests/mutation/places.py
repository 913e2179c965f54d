"""Every place in a module where a fault is found, taken out one at a time.

A place is a `raise`, a call of something that raises or keeps a fault, a row of `CHECKS`, a sentence returned or
yielded as a fault, one side of a condition that leads to any of these, and one field of a shape. What remains after
each of them is a verifier that forgot exactly this.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

Site = tuple["Place", Callable[[], None]]

_RAISING = (
    "check_",
    "_check_",
    "expect",
    "_require",
    "fail_on",
    "_refuse",
)  # beginnings of names: style of the project
_SHAPES = ("inner", "key", "number", "exact", "shape", "contest", "_contest_fields", "_meeting_fields")
_KEPT = ("faults", "not_canonical", "not_covered")  # lists that faults, or what is not covered, are kept in
_OF_SHAPES = ("agenda.py", "entries.py", "options.py")  # where a dictionary from names to calls is a record


@dataclass(frozen=True)
class Place:
    """One place: the lines of its statement, and what is taken out. `loaded` is one that the import itself reads."""

    line: int
    end: int
    what: str
    loaded: bool = False


def places_of(source: str, file: str) -> list[Place]:
    return [place for place, _ in _sites(ast.parse(source), file)]


def without(source: str, file: str, number: int) -> ast.Module:
    """The module with the place of this number taken out."""
    tree = ast.parse(source)
    for place, (_, change) in enumerate(_sites(tree, file)):
        if place == number:
            change()
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


def _place(node: ast.stmt | ast.expr, what: str, *, loaded: bool = False) -> Place:
    return Place(node.lineno, node.end_lineno or node.lineno, what, loaded)


def _sites(tree: ast.Module, file: str) -> Iterator[Site]:
    for function in [None, *(one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))]:
        if function is not None and function.name.endswith(("_fault", "_faults")):
            yield from _returned(function)
    for node in ast.walk(tree):
        yield from _statements(node)
        yield from _conditions(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Check":
            yield from _row_of_checks(node)
        if isinstance(node, ast.Dict) and file in _OF_SHAPES:
            yield from _fields(node)


def _statements(node: ast.AST) -> Iterator[Site]:
    for field in ("body", "orelse", "finalbody"):
        statements = getattr(node, field, None)
        if not isinstance(statements, list):
            continue
        for place, statement in enumerate(statements):
            if _finds_a_fault(statement):
                yield _place(statement, f"left out: {ast.unparse(statement)[:90]}"), _put(statements, place)


def _finds_a_fault(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        return statement.exc is not None
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    if isinstance(value, ast.Yield):
        return isinstance(value.value, ast.Tuple) and isinstance(value.value.elts[0], ast.Constant)
    return isinstance(value, ast.Call) and _raises_or_keeps(value)


def _raises_or_keeps(call: ast.Call) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        kept = ast.unparse(function.value).endswith(_KEPT)
        return function.attr == "fault" or (function.attr == "append" and kept) or _is_raising(function.attr)
    if isinstance(function, ast.Name):
        return _is_raising(function.id) or function.id in _SHAPES
    return isinstance(function, ast.Call | ast.Subscript)  # a shape made on the spot, or one out of a table


def _is_raising(name: str) -> bool:
    return name.startswith(_RAISING) or name == "box_secret"


def _returned(function: ast.FunctionDef) -> Iterator[Site]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant | ast.JoinedStr):
            if ast.unparse(node.value) == "None":
                continue
            yield _place(node, f"not said: {ast.unparse(node)[:90]}"), _set(node, "value", ast.Constant(None))


def _conditions(node: ast.AST) -> Iterator[Site]:
    """Sides of `a or b` before a fault, of `_require(a and b, …)` and of `low <= one <= high`."""
    if isinstance(node, ast.If) and len(node.body) == 1 and (_finds_a_fault(node.body[0])):
        if isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.Or):
            yield from _sides(node.test)
    elif isinstance(node, ast.Call) and _raises_or_keeps(node) and node.args:
        asked = node.args[0]
        if isinstance(asked, ast.BoolOp) and isinstance(asked.op, ast.And):
            yield from _sides(asked)
        for part in ast.walk(asked):
            if isinstance(part, ast.Compare) and len(part.ops) == 2:
                yield _place(part, f"only the end of {ast.unparse(part)}"), _shorten(part, first=False)
                yield _place(part, f"only the beginning of {ast.unparse(part)}"), _shorten(part, first=True)


def _sides(both: ast.BoolOp) -> Iterator[Site]:
    for side in list(both.values):
        change = partial(both.values.remove, side)
        yield Place(both.lineno, side.end_lineno or side.lineno, f"not asked: {ast.unparse(side)[:90]}"), change


def _shorten(compared: ast.Compare, *, first: bool) -> Callable[[], None]:
    def change() -> None:
        if not first:
            compared.left = compared.comparators[0]
        compared.ops = compared.ops[:1] if first else compared.ops[1:]
        compared.comparators = compared.comparators[:1] if first else compared.comparators[1:]

    return change


def _row_of_checks(row: ast.Call) -> Iterator[Site]:
    passes = ast.parse('lambda case: Prose("", "")', mode="eval").body
    yield _place(row, f"{ast.unparse(row.args[0])} always passes", loaded=True), _put(row.args, 3, passes)


def _fields(record: ast.Dict) -> Iterator[Site]:
    for place, (key, shape) in enumerate(zip(record.keys, record.values, strict=True)):
        named = isinstance(key, ast.Constant) and isinstance(key.value, str)
        if named and isinstance(shape, ast.Name | ast.Call) and ast.unparse(shape) != "anything":
            anything = ast.parse("lambda value, where: None", mode="eval").body
            said = f"anything as {ast.unparse(key)}: {ast.unparse(shape)[:60]}"  # type: ignore[arg-type]
            yield _place(shape, said, loaded=True), _put(record.values, place, anything)


def _set(node: ast.AST, field: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, field, value)


def _put(elements: list, place: int, value: ast.AST | None = None) -> Callable[[], None]:  # type: ignore[type-arg]
    return lambda: elements.__setitem__(place, ast.Pass() if value is None else value)
