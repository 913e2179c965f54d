"""Small mistakes in a module: one comparison, number, word or statement changed at a time.

The mistakes are those people make (`<` for `<=`, `and` for `or`, one more, a line forgotten). Left as they are: what is
written for people (docstrings, the words of errors, texts put together with f-strings), annotations and decorators.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "ge": "gt", "gt": "ge", "le": "lt", "lt": "le"}


@dataclass(frozen=True)
class Mutant:
    """One mistake: where it is, and what was done."""

    line: int
    what: str


def mutants_of(source: str) -> list[Mutant]:
    return [Mutant(line, what) for line, what, _change in _sites(ast.parse(source))]


def mutated(source: str, number: int) -> ast.Module:
    """The module with the mistake of this number in it."""
    tree = ast.parse(source)
    for place, (_line, _what, change) in enumerate(_sites(tree)):
        if place == number:
            change()
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


Site = tuple[int, str, Callable[[], None]]


def _sites(tree: ast.Module) -> Iterator[Site]:
    for_people = _for_people(tree)
    for node in ast.walk(tree):
        if node in for_people:
            continue
        for what, change in _changes(node):
            yield getattr(node, "lineno", 0), what, change


def _for_people(tree: ast.Module) -> set[ast.AST]:
    """Nodes below docstrings, errors, f-strings, annotations and decorators, and `__all__`."""
    roots: list[ast.AST | None] = []
    for node in ast.walk(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or isinstance(node, ast.Raise | ast.JoinedStr):
            roots.append(node)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            roots.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            roots += [node.returns, *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            roots += node.decorator_list
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            roots += [node] if node.targets[0].id == "__all__" else []
    return {below for root in roots if root is not None for below in ast.walk(root)}


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            other = COMPARISONS[type(operator)]
            yield f"{_word(operator)} → {_word(other())}", _put(node.ops, place, other())
    elif isinstance(node, ast.BoolOp):
        other_word = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{_word(node.op)} → {_word(other_word)}", _set(node, "op", other_word)
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPERATORS:
        instead = OPERATORS[type(node.op)]()
        yield f"{_word(node.op)} → {_word(instead)}", _set(node, "op", instead)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not x → x", _set(node, "operand", _not(node.operand))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "-x → x", _set(node, "op", ast.UAdd())
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition → its opposite", _set(node, "test", _not(node.test))
    elif isinstance(node, ast.comprehension):
        for place, condition in enumerate(node.ifs):
            yield "filter → its opposite", _put(node.ifs, place, _not(condition))
    elif isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield f"{node.id} → {NAMES[node.id]}", _set(node, "id", NAMES[node.id])
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node)
    yield from _left_out(node)


def _other_constants(node: ast.Constant) -> Iterator[tuple[str, Callable[[], None]]]:
    if isinstance(node.value, bool):
        yield f"{node.value} → {not node.value}", _set(node, "value", not node.value)
    elif isinstance(node.value, int):
        for other in (node.value + 1, node.value - 1):
            yield f"{node.value} → {other}", _set(node, "value", other)
    elif isinstance(node.value, str):
        yield f"{node.value!r} → another word", _set(node, "value", node.value + "x")
    elif isinstance(node.value, bytes):
        yield f"{node.value!r} → other bytes", _set(node, "value", node.value + b"x")


def _left_out(node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    """Statements that only do something, forgotten; `raise`, `continue` and `break` among them."""
    for field in ("body", "orelse"):
        statements = getattr(node, field, None)
        if not isinstance(statements, list):
            continue
        for place, statement in enumerate(statements):
            calls = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            if calls or isinstance(statement, ast.AugAssign | ast.Raise | ast.Continue | ast.Break):
                yield f"left out: {ast.unparse(statement)[:60]}", _put(statements, place, ast.Pass())


def _word(operator: ast.AST) -> str:
    return type(operator).__name__


def _not(expression: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=expression)


def _set(node: ast.AST, field: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, field, value)


def _put(elements: list[Any], place: int, value: ast.AST) -> Callable[[], None]:
    return lambda: elements.__setitem__(place, value)
