"""Which servers the program may connect to, and how safely.

A server on this PC needs no encryption. Any other server must prove that it is the one that was meant
(``sslmode=verify-full``) and may ask for a password only in the way that never shows it to the server
(``require_auth=scram-sha-256``); an `Address` that promises less cannot be made.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from evently_desktop.errors import ServerUnsafe, SettingsError
from evently_desktop.language import tr

_DRIVERS = {"postgresql", "postgres", "postgresql+psycopg"}
_OPTIONS = {"sslmode", "sslrootcert", "require_auth"}
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
_SCRAM = "scram-sha-256"
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_DATABASE_NAME = re.compile(r"\w[\w-]*")
_LONGEST_HOST_NAME = 253
_LONGEST_NAME_BYTES = 63


@dataclass(frozen=True)
class Address:
    """One database on one server that is either on this PC or proves itself by its certificate.

    ``host`` is an IP address or a name; ``localhost`` becomes ``127.0.0.1``, so that no name service can
    send it elsewhere. ``login`` is the one to suggest when signing in. Making an address raises
    `ServerUnsafe` for a server elsewhere without ``verify-full`` and SCRAM, `SettingsError` for values
    that cannot be used.
    """

    host: str
    port: int = 5432
    database: str = "evently"
    sslmode: str = ""
    sslrootcert: str = ""
    require_auth: str = _SCRAM
    login: str = ""

    def __post_init__(self) -> None:
        host = "127.0.0.1" if self.host.lower() == "localhost" else self.host
        object.__setattr__(self, "host", host)
        _check_host(host)
        if not 1 <= self.port <= 65535:
            raise SettingsError(tr("The server's port must be a number from 1 to 65535."))
        if not _is_name(self.database):
            raise SettingsError(tr("The database's name may have only letters, digits, - and _, and at most 63 bytes."))
        if not self.sslmode:
            object.__setattr__(self, "sslmode", "prefer" if self.is_loopback else "verify-full")
        if self.sslmode not in _SSL_MODES:
            raise SettingsError(tr("The server's sslmode is unknown; write sslmode=verify-full."))
        if not self.is_loopback:
            self._check_remote()

    def _check_remote(self) -> None:
        if self.sslmode != "verify-full":
            raise ServerUnsafe(
                tr(
                    "With sslmode={mode} anyone on the way to {host} could read or change what is sent;"
                    " write sslmode=verify-full, or leave it out.",
                    mode=self.sslmode,
                    host=self.host,
                )
            )
        if self.require_auth != _SCRAM:
            raise ServerUnsafe(
                tr(
                    "Only SCRAM keeps the password from the server {host};"
                    " write require_auth=scram-sha-256, or leave it out.",
                    host=self.host,
                )
            )

    @property
    def is_loopback(self) -> bool:
        """Whether the server can only be on this PC."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def url(self, login: str, password: str) -> URL:
        """The URL that SQLAlchemy connects with, through psycopg; it hides the password when shown."""
        return URL.create(
            "postgresql+psycopg", login, password, self.host, self.port, self.database, query=self._options
        )

    def conninfo(self, login: str, password: str) -> str:
        """The same for ``psycopg.connect``; it shows the password."""
        return make_conninfo(
            host=self.host,
            port=self.port,
            dbname=self.database,
            user=login,
            password=password,
            **self._options,
        )

    @property
    def _options(self) -> dict[str, str]:
        # Whatever decides whom the password reaches is spelled out, so that no PG* variable of the
        # environment can put another in its place. GSSAPI is off because it would go before TLS.
        options = {
            "hostaddr": self.host if self.is_loopback else "",
            "sslmode": self.sslmode,
            "require_auth": self.require_auth,
            "gssencmode": "disable",
        }
        if self.sslrootcert:
            options["sslrootcert"] = self.sslrootcert
        return options


def parse(text: str) -> Address:
    """The address that a settings file gives as ``postgresql://login@host:port/database?sslmode=...``.

    Raises `ServerUnsafe` or `SettingsError`, whose sentence never repeats the text: it may hold a password.
    """
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise SettingsError(
            tr("The server's address cannot be read; write postgresql://login@host:port/database.")
        ) from None
    if url.drivername not in _DRIVERS:
        raise SettingsError(tr("The server's address must begin with postgresql://."))
    if url.password is not None:
        raise ServerUnsafe(
            tr(
                "The server's address holds a password that anyone who sees the file could use;"
                " take it out, and type it when signing in."
            )
        )
    options = _read_options(url.query)
    return Address(
        host=url.host or "",
        port=5432 if url.port is None else url.port,
        database=url.database or "evently",
        sslmode=options.get("sslmode", ""),
        sslrootcert=options.get("sslrootcert", ""),
        require_auth=options.get("require_auth", _SCRAM),
        login=url.username or "",
    )


def _read_options(query: Mapping[str, str | tuple[str, ...]]) -> dict[str, str]:
    options: dict[str, str] = {}
    for name, value in query.items():
        if name not in _OPTIONS:
            raise ServerUnsafe(
                tr(
                    "The server's address may not have the option {name}, which could lead elsewhere;"
                    " it may have sslmode, sslrootcert and require_auth.",
                    name=name,
                )
            )
        if not isinstance(value, str) or not value:
            raise SettingsError(tr("The server's address must give {name} one value, once.", name=name))
        options[name] = value
    return options


def _check_host(host: str) -> None:
    if not host:
        raise SettingsError(tr("The server's address names no host; write postgresql://login@host/database."))
    if "," in host:
        raise ServerUnsafe(tr("The server's address names several hosts; name the one that is meant."))
    if host.startswith(("/", "@", "%")):
        raise ServerUnsafe(tr("The server's address is a socket; name a host, such as localhost."))
    try:
        number = ip_address(host)
    except ValueError:
        if len(host) > _LONGEST_HOST_NAME or not _HOST_NAME.fullmatch(host):
            raise SettingsError(
                tr("The server's host is not a name that can be looked up; write it as in db.venue.org.")
            ) from None
    else:
        if isinstance(number, IPv6Address) and number.scope_id:
            raise SettingsError(tr("The server's host may not name a network card; leave out %."))


def _is_name(text: str) -> bool:
    return bool(_DATABASE_NAME.fullmatch(text)) and len(text.encode()) <= _LONGEST_NAME_BYTES
