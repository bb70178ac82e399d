"""Bicep files read into plain values, with what is no literal kept as an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

INFRA: Final = Path(__file__).resolve().parents[1] / "infra"
TEMPLATES: Final = tuple(sorted(INFRA.rglob("*.bicep")))
_PARSER: Final = Parser(Language(tree_sitter_bicep.language()))


@dataclass(frozen=True, slots=True)
class Expression:
    """What is worked out while deploying, as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Each:
    """A value for each element of a collection."""

    body: Value


Value: TypeAlias = (
    str | int | bool | Expression | Each | list["Value"] | Mapping[str, "Value"] | None
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A parameter, variable, resource, module or output.

    `type_` is the type of a parameter or output, the type and version of a resource, or the path
    of a module.  `value` is None for a parameter without default.
    """

    name: str
    type_: str
    value: Value
    decorators: Mapping[str, Value]
    is_existing: bool
    node: Node

    @property
    def body(self) -> Mapping[str, Value]:
        """The object of a resource or module, whether or not it is one of many."""
        value = self.value.body if isinstance(self.value, Each) else self.value
        assert isinstance(value, Mapping)
        return value


@dataclass(frozen=True, slots=True)
class Template:
    """One file: its declarations by name, and the scope that it is deployed to."""

    path: Path
    root: Node
    scope: str
    parameters: Mapping[str, Declaration]
    variables: Mapping[str, Declaration]
    resources: Mapping[str, Declaration]
    modules: Mapping[str, Declaration]
    outputs: Mapping[str, Declaration]

    @property
    def declared(self) -> frozenset[str]:
        """Names that expressions may use; those of loops and lambdas are in it too."""
        named = (self.parameters, self.variables, self.resources, self.modules)
        return frozenset().union(*named, (text(node) for node in _bound(self.root)))


@cache
def template(path: Path) -> Template:
    """Read a file."""
    root = _PARSER.parse(path.read_bytes()).root_node
    found: dict[str, dict[str, Declaration]] = {}
    decorators: dict[str, Value] = {}
    scope = "resourceGroup"
    for node in root.named_children:
        if node.type == "decorators":
            decorators = dict(map(_decorator, node.named_children))
        elif node.type == "target_scope_assignment":
            scope = str(value(node.named_children[0]))
        elif node.type.endswith("_declaration"):
            declared = _declaration(node, decorators)
            found.setdefault(node.type.removesuffix("_declaration"), {})[declared.name] = declared
            decorators = {}
    kinds = ("parameter", "variable", "resource", "module", "output")
    return Template(path, root, scope, *(found.get(kind, {}) for kind in kinds))


def faults(node: Node) -> Iterator[str]:
    """Tell where a file is no Bicep."""
    for each in nodes(node):
        if each.type == "ERROR" or each.is_missing:
            yield f"line {each.start_point.row + 1}: {text(each)!r}"


def nodes(node: Node) -> Iterator[Node]:
    """Walk through a tree, from the outside to the inside."""
    yield node
    for child in node.children:
        yield from nodes(child)


def text(node: Node) -> str:
    """Give what stands in the file."""
    assert node.text is not None
    return node.text.decode()


def calls(node: Node) -> Iterator[tuple[str, list[Value]]]:
    """Give each function that is called, with its arguments."""
    for each in nodes(node):
        if each.type == "call_expression":
            function, arguments = each.named_children[:2]
            yield text(function), [value(one) for one in arguments.named_children]


def used_names(node: Node) -> Iterator[str]:
    """Give the names that expressions use: neither keys, nor functions, nor what is declared."""
    for each in nodes(node):
        parent = each.parent
        if each.type != "identifier" or parent is None:
            continue
        is_first = parent.children[0] == each
        is_key = parent.type == "object_property" and is_first
        is_function = parent.type == "call_expression" and is_first
        is_declared = parent.type.endswith("_declaration") and parent.children[1] == each
        if not is_key and not is_function and not is_declared:
            yield text(each)


def value(node: Node) -> Value:
    """Give the value of a literal, and of anything else its text."""
    read = _LITERALS.get(node.type)
    return read(node) if read else Expression(text(node))


def literals(value: Value) -> Iterator[str]:
    """Give every text within a value, expressions too."""
    match value:
        case str():
            yield value
        case Expression(text=written):
            yield written
        case Each(body=body):
            yield from literals(body)
        case list():
            for one in value:
                yield from literals(one)
        case Mapping():
            for key, one in value.items():
                yield key
                yield from literals(one)


def _declaration(node: Node, decorators: Mapping[str, Value]) -> Declaration:
    name, *rest = node.named_children
    is_existing = any(child.type == "existing" for child in node.children)
    has_value = any(child.type == "=" for child in node.children)
    has_type = node.type not in {"variable_declaration", "metadata_declaration"}
    type_ = value(rest[0]) if has_type and rest[0].type == "string" else None
    return Declaration(
        name=text(name),
        type_=str(type_ if type_ is not None else text(rest[0])) if has_type else "",
        value=value(rest[-1]) if has_value else None,
        decorators=decorators,
        is_existing=is_existing,
        node=node,
    )


def _decorator(node: Node) -> tuple[str, Value]:
    function, arguments = node.named_children[0].named_children[:2]
    given = arguments.named_children
    return text(function), value(given[0]) if given else None


def _property(node: Node) -> tuple[str, Value]:
    key, *rest = node.named_children
    name = value(key) if key.type == "string" else text(key)
    return name.text if isinstance(name, Expression) else str(name), value(rest[-1])


def _string(node: Node) -> Value:
    if any(child.type == "interpolation" for child in node.children):
        return Expression(text(node))
    return "".join(text(child) for child in node.named_children)


def _bound(root: Node) -> Iterator[Node]:
    """Give the names that loops and lambdas bind."""
    for node in nodes(root):
        if node.type == "for_statement":
            first = node.named_children[0]
            yield from first.named_children if first.type == "for_loop_parameters" else (first,)
        elif node.type == "lambda_expression":
            first = node.named_children[0]
            yield from first.named_children or (first,)


_LITERALS: Final[Mapping[str, Callable[[Node], Value]]] = {
    "string": _string,
    "number": lambda node: int(text(node)),
    "boolean": lambda node: text(node) == "true",
    "array": lambda node: [value(child) for child in node.named_children],
    "object": lambda node: dict(_property(child) for child in node.named_children),
    "for_statement": lambda node: Each(value(node.named_children[-1])),
    "if_statement": lambda node: value(node.named_children[-1]),
}
