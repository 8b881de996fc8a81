"""Sizes that one can read at three in the morning, and names that say what a thing is."""

import ast
import re
from pathlib import Path

from tests.rules.source import ROOT, Function, Module, lines_with, modules, nothing_in, of_tests, product

FORBIDDEN = re.compile(r"(?:^|_)(manager|handlers?|helpers?|utils?|process|data|info|common|base|misc)(?:_|$)", re.I)
# Named by the libraries that call them.
GIVEN_NAMES = {"process_bind_param", "process_result_value", "get_worker_process", "data_received"}
# Words and weights by variety, tables of settings: read as data.
DATA_FILES = ("triage/concepts/",)
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith)
# With brackets, or this line would accuse itself.
LEFTOVERS = "TO[D]O|FIX[M]E|XX[X]|HA[C]K"


def everything() -> tuple[Module, ...]:
    """The service, its tests and its benchmarks."""
    return (*product(), *of_tests(), *modules("bench"))


def length(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def depth(node: ast.AST, level: int = 0) -> int:
    """How deep blocks stand in blocks."""
    deepest = level
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function | ast.ClassDef):
            deepest = max(deepest, depth(child, level + isinstance(child, BLOCKS)))
    return deepest


def arguments(function: Function) -> int:
    """Arguments that a caller may give."""
    given = [*function.args.posonlyargs, *function.args.args]
    own = bool(given) and given[0].arg in ("self", "cls")
    return len(given) + len(function.args.kwonlyargs) - own


def places(found: tuple[Module, ...], limit: int, measure: object) -> list[str]:
    """Functions beyond a limit."""
    assert callable(measure)
    return [
        f"{module.where}:{function.lineno} {function.name}: {measure(function)}"
        for module in found
        for function in module.functions
        if measure(function) > limit
    ]


def test_no_function_is_longer_than_40_lines_and_no_test_than_30() -> None:
    assert nothing_in(places((*product(), *modules("bench")), 40, length))
    assert nothing_in(places(of_tests(), 30, length))


def test_no_function_takes_more_than_5_arguments() -> None:
    assert nothing_in(places(product(), 5, arguments))


def test_no_function_nests_deeper_than_3() -> None:
    assert nothing_in(places((*product(), *of_tests()), 3, depth))


def test_no_file_is_longer_than_300_lines() -> None:
    long = [f"{m.where}: {m.text.count(chr(10))}" for m in everything() if m.text.count("\n") > 300]
    assert nothing_in([place for place in long if not place.startswith(DATA_FILES)])


def test_every_module_says_in_one_line_what_lives_there() -> None:
    wrong = [m.where for m in everything() if not re.fullmatch(r"[^\n]{15,}\.", ast.get_docstring(m.tree) or "")]
    assert nothing_in(wrong)


def public(module: Module) -> list[ast.AST]:
    """Functions and classes that others may use."""
    tops = [node for node in module.tree.body if isinstance(node, Function | ast.ClassDef)]
    methods = [n for top in tops if isinstance(top, ast.ClassDef) for n in top.body if isinstance(n, Function)]
    return [node for node in (*tops, *methods) if not node.name.startswith("_")]


def test_everything_public_has_a_docstring() -> None:
    wrong = [
        f"{module.where}:{node.lineno} {node.name}"
        for module in product()
        for node in public(module)
        if isinstance(node, Function | ast.ClassDef) and not ast.get_docstring(node)
    ]
    assert nothing_in(wrong)


def test_names_do_not_use_words_that_say_nothing() -> None:
    wrong = [
        f"{module.where} {name}"
        for module in (*product(), *modules("bench"))
        for name in (*Path(module.where).with_suffix("").parts, *(function.name for function in module.functions))
        if FORBIDDEN.search(name) and name not in GIVEN_NAMES
    ]
    assert nothing_in(wrong)


def test_nothing_is_left_for_later() -> None:
    assert nothing_in(lines_with(rf"\b({LEFTOVERS})\b", tuple(module.path for module in everything())))


def test_a_broad_except_says_why() -> None:
    wrong = []
    for module in product():
        lines = module.text.splitlines()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler) and _broad(node) and "#" not in "".join(around(lines, node.lineno)):
                wrong.append(f"{module.where}:{node.lineno}")
    assert nothing_in(wrong)


def _broad(node: ast.ExceptHandler) -> bool:
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or getattr(kind, "id", "") in ("Exception", "BaseException") for kind in kinds)


def around(lines: list[str], number: int) -> list[str]:
    """A line with the one before and the one after it."""
    return lines[max(number - 2, 0) : number + 1]


def test_the_project_stands_in_its_own_folder() -> None:
    assert (ROOT / "pyproject.toml").is_file()
