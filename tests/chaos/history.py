"""What a counter invoked and what it was told, line by line in a file of its own that outlives it."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_GIVEN_BACK = re.compile(rb'"given_back": "([^"]+)"')
_SOLD = re.compile(rb'"key": "sale ([^"]+)", "told": "yes"')


class History:
    """Writes each line at once: what kill -9 interrupts was either invoked and on file, or never invoked."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, **line: object) -> None:
        os.write(self._handle, json.dumps(line).encode() + b"\n")

    def invoke(self, key: object, verb: str, **details: object) -> None:
        self.write(key=str(key), verb=verb, **details)

    def given_back(self, booking: object) -> None:
        """Nothing is left of this sale."""
        self.write(given_back=str(booking))

    def told(self, key: object, answer: str, code: str = "", sentence: str = "") -> None:
        """``answer`` is yes, no or unknown; ``code`` the refusal's, ``sentence`` what the clerk reads."""
        self.write(key=str(key), told=answer, code=code, sentence=sentence)


@dataclass
class Act:
    """One sale, refund or exchange, whatever number of times it was asked for; its key is the id of its repeat."""

    key: str
    verb: str
    details: dict[str, Any]
    answers: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    @property
    def answer(self) -> str:
        """yes, if it was acknowledged once; else no, if it was refused once; else unknown."""
        return next((word for word in ("yes", "no") if word in self.answers), "unknown")


@dataclass
class Histories:
    """All acts of all counters, and the maps they showed at the end, by counter."""

    acts: dict[str, Act] = field(default_factory=dict)
    maps: dict[str, list[str]] = field(default_factory=dict)

    def of(self, *verbs: str) -> Iterator[Act]:
        return (act for act in self.acts.values() if act.verb in verbs)


def sales(folder: Path) -> int:
    """How many sales were acknowledged so far."""
    return sum(len(_SOLD.findall(path.read_bytes())) for path in folder.glob("*.history"))


def sold(path: Path) -> list[str]:
    """The bookings of the acknowledged sales of one counter, but for those that it knows to be given back."""
    text = path.read_bytes()
    return [key.decode() for key in set(_SOLD.findall(text)).difference(_GIVEN_BACK.findall(text))]


def read(folder: Path) -> Histories:
    """The histories in a folder. A line torn by a kill was never acted upon: what it announces comes after it."""
    histories = Histories()
    for path in sorted(folder.glob("*.history")):
        for text in path.read_text().splitlines():
            try:
                line = json.loads(text)
            except json.JSONDecodeError:
                continue
            if "given_back" in line:
                continue
            if "map" in line:
                histories.maps[path.stem] = line["map"]
            elif "verb" in line:
                histories.acts.setdefault(line["key"], Act(line.pop("key"), line.pop("verb"), line))
            elif line["key"] in histories.acts:
                act = histories.acts[line["key"]]
                act.answers.append(line["told"])
                if line["code"]:
                    act.codes.append(line["code"])
                    act.sentences.append(line["sentence"])
    return histories
