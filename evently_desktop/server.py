"""Where this counter's database is: the server of this PC, started and kept up to date, or the venue's."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import URL

from evently_desktop.database import bootstrap, version
from evently_desktop.database.addresses import Address, parse
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.errors import BadInput
from evently_desktop.language import tr
from evently_desktop.settings import Settings


def embedded(settings: Settings) -> EmbeddedServer:
    """The server of this PC; nothing is started by asking."""
    return EmbeddedServer(settings.data_folder / "server")


def address(settings: Settings) -> Address:
    """Where to connect to. Starts the server of this PC and brings it up to date, which may take seconds.

    Raises `ServerUnsafe` for an address that would expose passwords, `EmbeddedServerError`, `SchemaMismatch`.
    """
    if settings.server:
        return parse(settings.server)
    server = embedded(settings)
    found = server.start()
    migrate(server.admin_url)
    return found


def address_for(settings: Settings, login: str, password: str) -> Address:
    """As `address`; on this PC's own server, as long as nobody works here yet, who signs in becomes the first admin.

    Whoever can start that server may do all with its files anyway.
    """
    found = address(settings)
    if not settings.server:
        url = embedded(settings).admin_url
        if not has_staff(url):
            make_first_admin(url, login, password)
    return found


def administrator(settings: Settings, login: str, ask_password: Callable[[str], str]) -> URL:
    """The administrator's URL: known for the server of this PC, asked for at a venue's."""
    if not settings.server:
        server = embedded(settings)
        server.start()
        return server.admin_url
    if not login:
        raise BadInput(tr("The venue's server needs its administrator: add --admin LOGIN."))
    return parse(settings.server).url(login, ask_password(login))


def migrate(url: URL) -> str:
    """Bring the database up to date; returns its version."""
    engine = sa.create_engine(url)
    try:
        version.migrate(engine)
    finally:
        engine.dispose()
    return version.newest()


def has_staff(url: URL) -> bool:
    """Whether anybody can sign in yet."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return (
                connection.execute(sa.text("SELECT 1 FROM evently.users WHERE login IS NOT NULL LIMIT 1")).first()
                is not None
            )
    finally:
        engine.dispose()


def make_first_admin(url: URL, login: str, password: str, name: str = "") -> None:
    """The login that appoints all others."""
    shown = name or login.title()
    initials = "".join(word[0] for word in shown.split())[:2].upper()
    bootstrap.first_admin(url, name=shown, initials=initials, login=login, password=password)
