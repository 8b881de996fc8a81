"""A strict reading of the part of JSON Schema that our description of the machine interface uses."""

from datetime import datetime
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(value: Any, schema: dict[str, Any], schemas: dict[str, Any], place: str = "answer") -> list[str]:
    """Every place where a value is not what the schema says."""
    if "$ref" in schema:
        return faults(value, schemas[schema["$ref"].rpartition("/")[2]], schemas, place)
    if "oneOf" in schema:
        tried = [faults(value, one, schemas, place) for one in schema["oneOf"]]
        return [] if tried.count([]) == 1 else [fault for one in tried for fault in one]
    return _own_faults(value, schema, place) + _inner_faults(value, schema, schemas, place)


def _own_faults(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    fits = any(isinstance(value, _TYPES[kind]) for kind in kinds) and (type(value) is not bool or "boolean" in kinds)
    found = [] if fits else [f"{place} is {value!r}, not {kinds}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place} is {value!r}, which is not listed")
    if schema.get("format") == "date-time" and value is not None and not _is_utc(value):
        found.append(f"{place} is {value!r}, not a moment in UTC")
    return found


def _is_utc(text: str) -> bool:
    return text.endswith("Z") and datetime.fromisoformat(text).tzinfo is not None


def _inner_faults(value: Any, schema: dict[str, Any], schemas: dict[str, Any], place: str) -> list[str]:
    found: list[str] = []
    if isinstance(value, list) and "items" in schema:
        for number, inner in enumerate(value):
            found += faults(inner, schema["items"], schemas, f"{place}[{number}]")
    if isinstance(value, dict) and "properties" in schema:
        if set(value) != set(schema["required"]):
            found.append(f"{place} has the keys {sorted(value)}")
        for name, inner in value.items():
            if name in schema["properties"]:
                found += faults(inner, schema["properties"][name], schemas, f"{place}.{name}")
    return found
