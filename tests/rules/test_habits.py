"""The clock is an argument, logs are constant, tests are honest, and nothing points outside the project."""

import ast
import re
from collections.abc import Iterator

from config.redaction import is_private
from tests.rules.source import ROOT, Module, lines_with, modules, nothing_in, of_tests, product, texts

# The one clock of the service, and the programs that play a world of their own.
HAVE_A_CLOCK = ("hotline.wiring", "hotline.simulator", "hotline.demo", "config")
CLOCKS = re.compile(r"^(?:.*\.)?(?:(?:datetime|date|dt)\.(?:now|utcnow|today)|time\.time(?:_ns)?|func\.now)$")
LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGGERS = {"log", "logger", "LOG", "_log", "LOGGER"}
# Waiting and patching make a test lie about time and about us; a test that is passed over proves nothing.
# With brackets, or these lines would accuse themselves.
DISHONEST = r"mock\.p[a]tch|mark\.(skip|xfail)[^|]|pytest\.(skip|xfail)\(|time\.sl[e]ep\("
OUTSIDE = r"(?i)\bs[e]ssion \d|\bissue #?\d|\.\./sh[a]red|/work/sh[a]red|/tmp/t[e]am"


def calls(module: Module) -> Iterator[ast.Call]:
    """All calls in a module."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def test_only_the_wiring_asks_what_time_it_is() -> None:
    wrong = [
        f"{module.where}:{call.lineno} {ast.unparse(call.func)}"
        for module in product()
        if not module.inside(*HAVE_A_CLOCK)
        for call in calls(module)
        if CLOCKS.match(ast.unparse(call.func))
    ]
    assert nothing_in(wrong)


def log_calls(module: Module) -> Iterator[ast.Call]:
    """Calls that write to a log."""
    for call in calls(module):
        owner, _, verb = ast.unparse(call.func).rpartition(".")
        if owner in LOGGERS and verb in LOG_CALLS:
            yield call


def test_a_log_line_is_a_constant_event_with_fields() -> None:
    wrong = [
        f"{module.where}:{call.lineno}"
        for module in product()
        for call in log_calls(module)
        if len(call.args) != 1 or not re.fullmatch(r"'[a-z0-9_.]+'", ast.unparse(call.args[0]))
    ]
    assert nothing_in(wrong)


def extra_keys(call: ast.Call) -> Iterator[str]:
    """The names under which a log call hands in values."""
    for keyword in call.keywords:
        yield keyword.arg or ""
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
            yield from (str(key.value) for key in keyword.value.keys if isinstance(key, ast.Constant))


def test_no_person_is_handed_to_a_log() -> None:
    wrong = [
        f"{module.where}:{call.lineno} {key}"
        for module in product()
        for call in log_calls(module)
        for key in extra_keys(call)
        if is_private(key)
    ]
    assert nothing_in(wrong)


def test_tests_neither_patch_nor_pass_over_nor_sleep() -> None:
    assert nothing_in(lines_with(DISHONEST, tuple(module.path for module in (*of_tests(), *modules("bench")))))


def test_every_test_checks_something() -> None:
    wrong = [
        f"{module.where}:{function.lineno} {function.name}"
        for module in of_tests()
        for function in module.functions
        if function.name.startswith("test_") and not checks(function)
    ]
    assert nothing_in(wrong)


def checks(function: ast.AST) -> bool:
    """Whether a test asserts, expects an exception, or calls something that is named for checking."""
    body = ast.unparse(function)
    return (
        "assert " in body or re.search(r"\braises\(|\b_?(assert|expect|check|must|eventually)\w*\(", body) is not None
    )


def test_nothing_speaks_of_the_place_where_it_was_made() -> None:
    assert nothing_in(lines_with(OUTSIDE, texts()))


def test_commands_can_be_run() -> None:
    commands = [*(ROOT / "bin").iterdir(), ROOT / ".ci/run"]
    assert len(commands) >= 6
    assert nothing_in([path.name for path in commands if not path.stat().st_mode & 0o111])
