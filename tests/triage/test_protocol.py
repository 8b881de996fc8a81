"""The protocol file: levels in order, a matrix that only rises, and every fault named at once."""

from pathlib import Path

import pytest

from triage.protocol import DEFAULT_FILE, BadProtocol, Level, default_protocol, load_protocol


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The product's own file with some texts replaced."""
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "protocol.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_levels_are_ordered_from_low_to_emergency() -> None:
    assert sorted(Level, key=lambda level: level.rank) == [Level.LOW, Level.MEDIUM, Level.HIGH, Level.EMERGENCY]
    assert Level.highest(Level.LOW, Level.HIGH, Level.MEDIUM) is Level.HIGH


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (3, ("emergency", "emergency", "emergency", "high")),
        (2, ("emergency", "high", "high", "medium")),
        (1, ("high", "medium", "medium", "low")),
        (0, ("high", "low", "low", "low")),
    ],
)
def test_the_table_is_the_one_of_the_protocol(severity: int, expected: tuple[str, ...]) -> None:
    matrix = default_protocol().matrix
    assert tuple(matrix[severity, immediacy] for immediacy in (3, 2, 1, 0)) == expected


def test_points_lift_to_high_at_14_and_to_emergency_at_20() -> None:
    assert (default_protocol().lift_high, default_protocol().lift_emergency) == (14, 20)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('unrecognised = "medium"', 'unrecognised = "low"', "what is not recognised is never low"),
        ('unread = "high"', 'unread = "medium"', "floors.unread must be high or emergency"),
        ('S2 = ["emergency", "high"', 'S2 = ["low", "high"', "S2xI3 is below"),
        ("WEAPON = 10", "WAEPON = 10", "WAEPON"),
        ("WEAPON = 10", "WEAPON = -1", "WEAPON must be a whole number"),
        ("emergency = 20", "emergency = 3", "lift.emergency is below lift.high"),
        ('version = "2026.1"', 'version = ""', "levels.version is missing"),
    ],
)
def test_an_incoherent_file_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(BadProtocol, match=fault):
        load_protocol(written(tmp_path, (old, new)))


def test_every_fault_is_named_in_one_message(tmp_path: Path) -> None:
    path = written(tmp_path, ('unrecognised = "medium"', 'unrecognised = "low"'), ("SEXUAL = 7", "SEXUAL = true"))
    with pytest.raises(BadProtocol) as refused:
        load_protocol(path)
    assert "never low" in str(refused.value)
    assert "SEXUAL must be a whole number" in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"not toml", b"\xff\xfe"])
def test_a_file_that_is_no_protocol_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "protocol.toml"
    path.write_bytes(content)
    with pytest.raises(BadProtocol):
        load_protocol(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadProtocol):
        load_protocol(tmp_path / "absent.toml")
