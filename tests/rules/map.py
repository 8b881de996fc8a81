"""Draws docs/map.md: every module of the service with the line that says what lives there."""

import ast

from tests.rules.source import ROOT, Module, modules, product

DOCUMENT = ROOT / "docs/map.md"
HEAD = """# The map

Every module, and what lives there: drawn from the first line of each by `bin/map`. Do not edit.
"""


def drawn() -> str:
    """The whole document as it should be."""
    folders: dict[str, list[Module]] = {}
    for module in (*product(), *modules("bench")):
        folders.setdefault(str(module.path.relative_to(ROOT).parent), []).append(module)
    return HEAD + "".join(_folder(name, folders[name]) for name in sorted(folders))


def _folder(name: str, found: list[Module]) -> str:
    title = "The root" if name == "." else f"`{name}/`"
    rows = [f"| `{module.path.name}` | {_line(module)} |" for module in found if module.path.name != "__init__.py"]
    intro = "".join(f"\n{_line(module)}\n" for module in found if module.path.name == "__init__.py")
    table = "\n| module | what lives there |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""
    return f"\n## {title}\n{intro}{table}"


def _line(module: Module) -> str:
    return (ast.get_docstring(module.tree) or "").split("\n")[0].replace("|", "\\|")


if __name__ == "__main__":
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(drawn())
