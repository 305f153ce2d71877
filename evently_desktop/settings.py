"""What this PC is told about itself: one frozen `Settings`, from ``evently.toml`` and EVENTLY_* variables.

A variable beats the file, the file beats the default. The file is EVENTLY_CONFIG or the user's own
``evently.toml``; the variable of ``server`` is EVENTLY_SERVER, and so on. Passwords are in neither: the
keyring of the operating system keeps them.
"""

import json
import os
import re
import socket
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from babel import Locale, UnknownLocaleError, default_locale
from platformdirs import user_config_path, user_data_path

from evently_desktop import language, places
from evently_desktop.errors import SettingsError
from evently_desktop.language import tr

CONFIG_VARIABLE = "EVENTLY_CONFIG"
_PREFIX = "EVENTLY_"
_SECRETS = ("password", "passwd", "secret", "token")
_SECRET_PARAMETERS = {"password", "sslpassword", "oauth_client_secret"}


class Theme(StrEnum):
    """How the program looks; ``SYSTEM`` follows the desktop between light and dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"


class SingleSeats(StrEnum):
    """Whether a party may leave one free seat alone: always, only at an aisle, or never."""

    OFF = "off"
    ALLOW_AT_AISLE = "allow_at_aisle"
    NEVER = "never"


def _system_locale() -> str:
    found = default_locale("LC_MONETARY")
    return found if found and not found.endswith("_POSIX") else "en_US"


def _system_language() -> str:
    return _system_locale().partition("_")[0]


def _data_folder() -> Path:
    return user_data_path("evently", appauthor=False)


@dataclass(frozen=True)
class Settings:
    """The settings of one counter PC; `load` has checked every value.

    ``server`` is a PostgreSQL URL without a password, or "" for the server embedded on this PC.
    ``station`` is the name the log shows for this PC. ``language`` chooses the texts, ``locale`` (babel's
    form, ``de_AT``) how money and dates are written. ``printer`` is the ticket printer, "" the system's
    default. ``ticket_folder`` is where tickets go that are kept as files: ``tickets`` in ``data_folder``
    unless told otherwise. ``hold_warning_seconds`` before its end, a basket's hold is shown as running out.
    ``single_seats``: the best seats keep the rule where they can, and seats chosen by hand that break it are told.
    """

    server: str = ""
    station: str = field(default_factory=socket.gethostname)
    language: str = field(default_factory=_system_language)
    locale: str = field(default_factory=_system_locale)
    theme: Theme = Theme.SYSTEM
    printer: str = ""
    data_folder: Path = field(default_factory=_data_folder)
    ticket_folder: Path = Path("tickets")
    hold_warning_seconds: int = 60
    single_seats: SingleSeats = SingleSeats.ALLOW_AT_AISLE

    def __post_init__(self) -> None:
        object.__setattr__(self, "ticket_folder", self.data_folder / self.ticket_folder)


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this PC, read from ``environment`` (`os.environ` unless given) and the file.

    Raises `SettingsError` for a file that cannot be read, an unknown key, a value of the wrong kind or a
    secret; its sentence names the file or variable, the key and the remedy, and never repeats a value.
    """
    environment = os.environ if environment is None else environment
    values = _from_file(environment) | _from_variables(environment)
    return Settings(**values)


def ready() -> Settings:
    """The settings of this PC, as `load` has them, and from now on all texts in their language."""
    settings = load()
    language.use(settings.language, places.resources() / "translations")
    return settings


def remember_server(server: str, environment: Mapping[str, str] | None = None) -> None:
    """Write the server's address into the settings file and leave the rest of it as it is."""
    path = config_file(os.environ if environment is None else environment)
    # A JSON string is a TOML string, too.
    line = f"server = {json.dumps(server)}"
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
        # A key stands before the first table; there is at most one of its name.
        kept = [each for each in lines if not re.match(r"\s*server\s*=", each)]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([line, *kept]) + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            tr("{file} cannot be written ({reason}); let this user write it.", file=path, reason=error.strerror)
        ) from error


def config_file(environment: Mapping[str, str]) -> Path:
    """Where the settings file is, or would be: the user's own unless EVENTLY_CONFIG names another."""
    named = environment.get(CONFIG_VARIABLE)
    return Path(named) if named else user_config_path("evently", appauthor=False) / "evently.toml"


def _from_file(environment: Mapping[str, str]) -> dict[str, Any]:
    path = config_file(environment)
    try:
        # Windows' editors put a byte-order mark before the first key.
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        if CONFIG_VARIABLE not in environment:
            return {}
        raise SettingsError(
            tr("{file} does not exist; correct or remove the variable {variable}.",
               file=path, variable=CONFIG_VARIABLE)
        ) from error  # fmt: skip
    except OSError as error:
        raise SettingsError(
            tr("{file} cannot be read ({reason}); let this user read it.", file=path, reason=error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(tr("{file} is not text in UTF-8; save it again as UTF-8.", file=path)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            tr("{file} is not valid TOML; correct it here: {reason}.", file=path, reason=error)
        ) from error
    return {key: _checked(str(path), key, key, value) for key, value in table.items()}


def _from_variables(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if variable.startswith(_PREFIX) and variable != CONFIG_VARIABLE:
            key = variable.removeprefix(_PREFIX).lower()
            value = int(text) if _READERS.get(key) is _seconds and text.isdecimal() else text
            values[key] = _checked(tr("the environment"), variable, key, value)
    return values


def _checked(place: str, name: str, key: str, value: object) -> object:
    """``value`` as the setting ``key`` keeps it; ``name`` is what its ``place`` calls it."""
    if any(word in key for word in _SECRETS):
        raise SettingsError(
            tr("“{key}” in {place} would be a secret in the open; remove it and type the password when you "
               "sign in: this PC's keyring can remember it.", key=name, place=place)
        )  # fmt: skip
    if key not in _READERS:
        raise SettingsError(
            tr("“{key}” in {place} is not a setting; remove it or choose one of: {known}.",
               key=name, place=place, known=", ".join(_READERS))
        )  # fmt: skip
    try:
        return _READERS[key](value)
    except _Unusable as problem:
        raise SettingsError(
            tr("“{key}” in {place} cannot be used: {remedy}.", key=name, place=place, remedy=problem)
        ) from problem


class _Unusable(Exception):
    """A value is not what its setting needs; the text says what to write instead."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Unusable(tr("write it as text in quotation marks"))
    return value.strip()


def _name(value: object) -> str:
    if not 1 <= len(name := _text(value)) <= 63 or not name.isprintable():
        raise _Unusable(tr("give it 1 to 63 letters, digits or signs"))
    return name


def _server(value: object) -> str:
    """A URL of PostgreSQL that carries no secret. The URL itself is never repeated in an error."""
    text = _text(value)
    try:
        url = urlsplit(text)
        secret = bool(url.password) or not _SECRET_PARAMETERS.isdisjoint(parse_qs(url.query))
        usable = url.scheme in {"postgresql", "postgres"} and bool(url.hostname) and url.port != 0
    except ValueError:
        secret = usable = False
    if secret:
        raise _Unusable(tr("remove the password from the address; you are asked for it when you sign in"))
    if text and not usable:
        raise _Unusable(
            tr("write it like postgresql://host:5432/database, or leave it empty for the server on this PC")
        )
    return text


def _locale(value: object) -> str:
    try:
        return str(Locale.parse(_text(value).replace("-", "_")))
    except (ValueError, UnknownLocaleError) as error:
        raise _Unusable(tr("write a language and a country, like en_GB or de_AT")) from error


def _language(value: object) -> str:
    return Locale.parse(_locale(value)).language


def _theme(value: object) -> Theme:
    try:
        return Theme(_text(value))
    except ValueError as error:
        raise _Unusable(tr("choose one of: {choices}", choices=", ".join(Theme))) from error


def _single_seats(value: object) -> SingleSeats:
    try:
        return SingleSeats(_text(value))
    except ValueError as error:
        raise _Unusable(tr("choose one of: {choices}", choices=", ".join(SingleSeats))) from error


def _folder(value: object) -> Path:
    try:
        path = Path(_text(value)).expanduser()
    except RuntimeError as error:
        raise _Unusable(tr("write the folder's whole path; “~” has no home here")) from error
    if not path.is_absolute():
        raise _Unusable(tr("write the folder's whole path, or begin it with “~/”"))
    return path


def _seconds(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 5 <= value <= 600:
        raise _Unusable(tr("write a whole number of seconds from 5 to 600"))
    return value


_READERS: dict[str, Callable[[object], object]] = {
    "server": _server,
    "station": _name,
    "language": _language,
    "locale": _locale,
    "theme": _theme,
    "printer": _text,
    "data_folder": _folder,
    "ticket_folder": _folder,
    "hold_warning_seconds": _seconds,
    "single_seats": _single_seats,
}
