"""The source of the project as the rules read it: modules with their trees, and what they import."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ("config", "triage", "hotline", "workers", "wsgi.py")
OURS = ("config", "triage", "hotline", "workers", "wsgi", "bench", "tests")
SKIPPED = {"__pycache__", "vendor", "versions", "node_modules"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Import:
    """One imported name: where it stands, and in full."""

    line: int
    module: str
    name: str | None

    @property
    def full(self) -> str:
        """The dotted path of what is imported."""
        return f"{self.module}.{self.name}" if self.name else self.module


@dataclass(frozen=True)
class Module:
    """One file of Python."""

    path: Path

    @property
    def where(self) -> str:
        """Its path from the root of the project."""
        return str(self.path.relative_to(ROOT))

    @property
    def dotted(self) -> str:
        """Its name for `import`."""
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @cached_property
    def text(self) -> str:
        """What stands in it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The same, parsed."""
        return ast.parse(self.text)

    @cached_property
    def functions(self) -> list[Function]:
        """All functions and methods, inner ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @cached_property
    def imports(self) -> list[Import]:
        """Everything that it imports, wherever."""
        return list(self._find_imports())

    def inside(self, *places: str) -> bool:
        """Whether it is one of these modules or lies in one of these packages."""
        return inside(self.dotted, *places)

    def _find_imports(self) -> Iterator[Import]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(node.lineno, alias.name, None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                yield from (Import(node.lineno, module, alias.name) for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.path.relative_to(ROOT).parts[: -node.level]
        return ".".join([*package, *([node.module] if node.module else [])])


def inside(dotted: str, *places: str) -> bool:
    """Whether a dotted name is one of these places or below one."""
    return any(dotted == place or dotted.startswith(f"{place}.") for place in places)


@lru_cache
def modules(*places: str) -> tuple[Module, ...]:
    """All modules of some top folders or files, sorted by path; those that do not exist have none."""
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return tuple(Module(path) for path in found if not SKIPPED & set(path.relative_to(ROOT).parts))


def product() -> tuple[Module, ...]:
    """The modules of the service. Raises AssertionError where there are none, as a rule would then prove nothing."""
    found = modules(*PRODUCT)
    assert len(found) > 20, "the rules look in the wrong place"
    return found


def of_tests() -> tuple[Module, ...]:
    """The modules of the tests."""
    found = modules("tests")
    assert len(found) > 5, "the rules look in the wrong place"
    return found


def module_named(dotted: str) -> bool:
    """Whether a dotted name is a module of ours, and not something in one."""
    path = ROOT.joinpath(*dotted.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@lru_cache
def texts() -> tuple[Path, ...]:
    """Every file that people write and read: code, pages, documents, settings, commands."""
    kinds = {".py", ".md", ".toml", ".html", ".css", ".js", ".ini", ".in", ".txt", ".po", ".mako", ""}
    found = [
        path
        for path in ROOT.rglob("*")
        if path.suffix in kinds and path.is_file() and not _hidden(path) and not path.name.startswith("requirements")
    ]
    assert len(found) > 40, "the rules look in the wrong place"
    return tuple(found)


def _hidden(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return bool(SKIPPED & set(parts)) or any(part.startswith(".") and part != ".ci" for part in parts)


def lines_with(pattern: str, found: tuple[Path, ...]) -> list[str]:
    """Where a pattern occurs, as `path:line`."""
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in found
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wanted.search(line)
    ]


def nothing_in(wrong: Iterable[str]) -> bool:
    """True if a rule found nothing; otherwise an AssertionError that lists every place, not only the first."""
    found = sorted(set(wrong))
    assert not found, "\n  ".join(["", *found])
    return True
