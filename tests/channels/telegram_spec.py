"""Judges Telegram traffic by the Bot API's own description, `tests/data/telegram-api-spec.json`.

It says whether a call has the form the API asks for, not whether rights or rates allow it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]
SPEC_FILE = Path(__file__).parent.parent / "data" / "telegram-api-spec.json"
_ARRAY = "Array of "
_SCALARS: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
    "True": (bool,),
    "String": (str,),
}


@dataclass(frozen=True)
class Upload:
    """A file that came with a call, standing where the call named it."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


@cache
def spec() -> Json:
    """The whole description: `methods` and `types`, both by name."""
    loaded: Json = json.loads(SPEC_FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def method_name(name: str) -> str:
    """A method's name in the documentation's spelling, "" when there is none; case is free."""
    return _names().get(name.lower(), "")


def decode_form(method: str, form: Mapping[str, str | Upload]) -> Json:
    """Give the strings of a form their types; what cannot be converted stays a string."""
    known = _fields("methods", method)
    return {
        name: _decoded(value, known[name]["types"])
        if name in known and isinstance(value, str)
        else value
        for name, value in form.items()
    }


def check_call(method: str, params: Mapping[str, Any]) -> list[str]:
    """What is wrong with the form of a call; [] when nothing is."""
    if method_name(method) != method:
        return [f"{method}: no such method"]
    return _check_fields(_fields("methods", method), params, method)


def check_result(method: str, result: Any) -> list[str]:
    """What is wrong with the form of an answer to `method`."""
    return _check_any(spec()["methods"][method]["returns"], result, f"{method} result")


def check_update(update: Mapping[str, Any]) -> list[str]:
    """What is wrong with the form of an update."""
    return _check_any(["Update"], update, "update")


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in spec()["methods"]}


@cache
def _fields(kind: str, name: str) -> dict[str, Json]:
    owner = spec()[kind].get(name) or {"fields": []}
    return {field["name"]: field for field in owner["fields"]}


def _decoded(value: str, types: list[str]) -> Any:
    if "Integer" in types and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "Float" in types and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    if ("Boolean" in types or "True" in types) and value.lower() in {"true", "false", "1", "0"}:
        return value.lower() in {"true", "1"}
    if "String" in types or all(name in _SCALARS or name == "InputFile" for name in types):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _check_fields(known: Mapping[str, Json], given: Mapping[str, Any], path: str) -> list[str]:
    problems = [f"{path}.{name}: unknown field" for name in given if name not in known]
    for name, field in known.items():
        if name in given:
            problems += _check_field(field, given[name], f"{path}.{name}", given)
        elif field["required"]:
            problems.append(f"{path}.{name}: missing")
    return problems


def _check_field(field: Json, value: Any, path: str, owner: Mapping[str, Any]) -> list[str]:
    if isinstance(value, Upload) and "attach://" in field["description"]:
        return []
    problems = _check_any(field["types"], value, path)
    if not problems and "limits" in field:
        problems = list(_over_limits(field["limits"], value, path, owner))
    return problems


def _check_any(types: list[str], value: Any, path: str) -> list[str]:
    """The problems under the alternative that fits best."""
    verdicts = [_check_one(name, value, path) for name in _alternatives(types, value)]
    fitting = [verdict for verdict in verdicts if verdict is not None]
    if not fitting:
        return [f"{path}: {_shown(value)} is not {' or '.join(types)}"]
    return min(fitting, key=len)


def _alternatives(types: list[str], value: Any) -> list[str]:
    """`types` with unions opened, less those whose constant fields contradict `value`."""
    found: list[str] = []
    for name in types:
        subtypes = spec()["types"].get(name, {}).get("subtypes")
        if name == "RichText":
            found += ["String", _ARRAY + "RichText"]
        found += subtypes or [name]
    return [name for name in found if not _contradicts(name, value)]


def _contradicts(name: str, value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    return any(value.get(key, constant) != constant for key, constant in _constants(name).items())


@cache
def _constants(name: str) -> dict[str, Any]:
    limits = {key: field.get("limits", {}) for key, field in _fields("types", name).items()}
    return {key: limit["const"] for key, limit in limits.items() if "const" in limit}


def _check_one(name: str, value: Any, path: str) -> list[str] | None:
    """The problems of `value` as a `name`; None when it is nothing of the kind."""
    if name.startswith(_ARRAY):
        if not isinstance(value, list):
            return None
        inner = [name.removeprefix(_ARRAY)]
        places = (_check_any(inner, item, f"{path}[{i}]") for i, item in enumerate(value))
        return [problem for problems in places for problem in problems]
    if name == "InputFile":
        return [] if isinstance(value, Upload) else None
    if name in _SCALARS:
        fits = isinstance(value, bool) == (name in {"Boolean", "True"})
        fits = fits and isinstance(value, _SCALARS[name]) and not (name == "True" and not value)
        return [] if fits else None
    if not isinstance(value, Mapping) or name not in spec()["types"]:
        return None
    return _check_fields(_fields("types", name), value, path)


def _over_limits(limits: Json, value: Any, path: str, owner: Mapping[str, Any]) -> Iterable[str]:
    if "const" in limits and value != limits["const"]:
        yield f"{path}: {_shown(value)} is not {limits['const']!r}"
    for kind, size in (
        ("length", _length(limits, value, owner)),
        ("items", len(value) if isinstance(value, list) else None),
        ("value", value if isinstance(value, int) else None),
    ):
        allowed = limits.get(kind)
        if allowed and size is not None and not allowed["min"] <= size <= allowed["max"]:
            yield f"{path}: {kind} {size} is outside {allowed['min']}-{allowed['max']}"


def _length(limits: Json, value: Any, owner: Mapping[str, Any]) -> int | None:
    rule = limits.get("length")
    if rule is None or not isinstance(value, str):
        return None
    if rule["unit"] == "bytes":
        return len(value.encode())
    if rule.get("after_entities") and str(owner.get("parse_mode", "")).lower() == "html":
        value = html.unescape(re.sub(r"<[^>]*>", "", value))
    return len(value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
