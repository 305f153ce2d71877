"""Which addresses are let through, and that nothing weaker than TLS and SCRAM ever leaves this PC."""

from ipaddress import ip_address

import psycopg.conninfo
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evently_desktop.database.addresses import Address, parse
from evently_desktop.errors import ServerUnsafe, SettingsError

_HOSTS = ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "db.venue.org", "10.0.0.5", "[fe80::1]", "0.0.0.0", "127.1"]
_TRICKS = ["a,127.0.0.1", "127.0.0.1,a", "%2Ftmp", "@a", "localhost.venue.org", "[::1%25eth0]", "[::ffff:1.2.3.4]", ""]
_SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "VERIFY-FULL", "", "off"]
_AUTH = ["scram-sha-256", "md5", "password", "none", "!password", "scram-sha-256,password", ""]
_OTHER = [
    "host=evil.org",
    "hostaddr=203.0.113.9",
    "service=x",
    "passfile=/x",
    "options=-c",
    "port=1",
    "dbname=x",
    "user=x",
]


def _safe(conninfo: str) -> bool:
    """What libpq itself reads from the connection string, whatever our code believed of it."""
    read = psycopg.conninfo.conninfo_to_dict(conninfo)
    host = str(read["host"])
    assert "," not in host
    assert not host.startswith(("/", "@"))
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if is_loopback:
        return read["hostaddr"] == host
    return (read["sslmode"], read["require_auth"], read["hostaddr"]) == ("verify-full", "scram-sha-256", "")


_options = st.lists(
    st.one_of(
        st.sampled_from(_SSL_MODES).map("sslmode={}".format),
        st.sampled_from(_AUTH).map("require_auth={}".format),
        st.sampled_from(_OTHER),
    ),
    max_size=3,
)
_hosts = st.one_of(st.sampled_from(_HOSTS + _TRICKS), st.text(max_size=20))


@given(
    login=st.sampled_from(["", "anna@", "anna:@", "anna:secret@", ":secret@", "anna:secret@b@"]),
    host=_hosts,
    port=st.sampled_from(["", ":5432", ":0", ":99999", ":5432,5433", ":x"]),
    database=st.sampled_from(["", "/", "/evently", "/a b", "/host=evil.org", "/postgresql:"]),
    options=_options,
)
@example(login="", host="db.venue.org", port="", database="/evently", options=[])
@example(login="", host="localhost", port="", database="/evently", options=["sslmode=disable"])
def test_nothing_unsafe_is_let_through(login: str, host: str, port: str, database: str, options: list[str]) -> None:
    text = f"postgresql://{login}{host}{port}{database}?{'&'.join(options)}"
    try:
        address = parse(text)
    except (ServerUnsafe, SettingsError) as refused:
        told = str(refused)
    else:
        told = repr(address)
        assert _safe(address.conninfo("anna", "pass word'\\"))
    assert "secret" not in told


@given(
    host=_hosts,
    port=st.integers(-1, 70_000),
    database=st.text(max_size=70),
    sslmode=st.sampled_from(_SSL_MODES),
    require_auth=st.sampled_from(_AUTH),
)
def test_no_unsafe_address_can_be_made(host: str, port: int, database: str, sslmode: str, require_auth: str) -> None:
    try:
        address = Address(host, port, database, sslmode, require_auth=require_auth)
    except (ServerUnsafe, SettingsError):
        return
    assert _safe(address.conninfo("anna", "secret"))
    read = psycopg.conninfo.conninfo_to_dict(address.conninfo("anna", "secret"))
    assert (read["dbname"], read["port"]) == (database, str(port))


@pytest.mark.parametrize(
    "weaker",
    [
        "sslmode=require require_auth=scram-sha-256 hostaddr=''",
        "sslmode=verify-full require_auth=password hostaddr=''",
        "sslmode=verify-full require_auth=scram-sha-256 hostaddr=203.0.113.9",
    ],
)
def test_the_measure_itself_knows_what_is_weaker(weaker: str) -> None:
    assert not _safe(f"host=db.venue.org {weaker}")
    assert not _safe(f"host=127.0.0.1 {weaker}")


def test_a_server_elsewhere_gets_the_safe_settings() -> None:
    address = parse("postgresql://anna@db.venue.org:6000/box_office?sslrootcert=system")
    assert address == Address(
        "db.venue.org", 6000, "box_office", "verify-full", "system", "scram-sha-256", login="anna"
    )
    assert not address.is_loopback


def test_a_server_on_this_pc_needs_no_tls() -> None:
    address = parse("postgresql://localhost")
    assert address == Address("127.0.0.1", 5432, "evently", "prefer")
    assert address.is_loopback
    assert parse("postgresql://[::1]:5433/evently?sslmode=disable").host == "::1"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_weaker_tls_is_refused_with_the_remedy(mode: str) -> None:
    with pytest.raises(ServerUnsafe, match=rf"sslmode={mode} anyone .* db\.venue\.org .* sslmode=verify-full"):
        parse(f"postgresql://db.venue.org/evently?sslmode={mode}")


@pytest.mark.parametrize("auth", ["md5", "password", "none", "scram-sha-256,password", "!none"])
def test_weaker_sign_in_is_refused_with_the_remedy(auth: str) -> None:
    with pytest.raises(ServerUnsafe, match=r"write require_auth=scram-sha-256"):
        parse(f"postgresql://db.venue.org/evently?require_auth={auth}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("postgresql://anna:geheim@localhost/evently", "holds a password"),
        ("postgresql://localhost/evently?password=geheim", "may not have the option password"),
        ("postgresql://localhost,evil.org/evently", "several hosts"),
        ("postgresql://localhost/evently?host=evil.org", "option host"),
        ("postgresql://localhost/evently?hostaddr=203.0.113.9", "option hostaddr"),
        ("postgresql://%2Fvar%2Frun/evently", "is a socket"),
        ("postgresql:///evently?host=/var/run", "option host"),
        ("postgresql://localhost/evently?service=other", "option service"),
        ("postgresql://localhost/evently?passfile=/tmp/x", "option passfile"),
    ],
)
def test_tricks_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ServerUnsafe, match=reason) as refused:
        parse(text)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cannot be read"),
        ("localhost/evently", "cannot be read"),
        ("mysql://localhost/evently", "begin with postgresql"),
        ("postgresql://localhost:x/evently", "cannot be read"),
        ("postgresql://localhost:0/evently", "from 1 to 65535"),
        ("postgresql:///evently", "names no host"),
        ("postgresql://local host/evently", "is not a name"),
        ("postgresql://[::1%25eth0]/evently", "."),
        ("postgresql://localhost/host=evil.org", "database's name"),
        ("postgresql://localhost/" + "e" * 64, "at most 63 bytes"),
        ("postgresql://db.venue.org/evently?sslmode=verify_full", "sslmode is unknown"),
        ("postgresql://localhost/evently?sslmode=disable&sslmode=require", "one value, once"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        parse(text)


def test_both_forms_of_an_address_say_the_same() -> None:
    address = parse("postgresql://db.venue.org:6000/evently?sslrootcert=system")
    url = address.url("anna", "pass/word@:'")
    (_, options) = url.get_dialect()().create_connect_args(url)
    from_url = psycopg.conninfo.conninfo_to_dict(psycopg.conninfo.make_conninfo(**options))
    assert from_url == psycopg.conninfo.conninfo_to_dict(address.conninfo("anna", "pass/word@:'"))
    assert from_url["password"] == "pass/word@:'"
    assert "word" not in str(url) + repr(url) + repr(address)
