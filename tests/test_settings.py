"""The settings of a PC: what is read, what beats what, and the one sentence for everything that is wrong."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.errors import SettingsError
from evently_desktop.settings import CONFIG_VARIABLE, Settings, Theme, config_file, load

WRONG_LINES = [
    ('theme = "blue"', "theme", "high_contrast"),
    ("theme = 1", "theme", "quotation marks"),
    ('hold_warning_seconds = "60"', "hold_warning_seconds", "from 5 to 600"),
    ('single_seats = "often"', "single_seats", "off, allow_at_aisle, never"),
    ("hold_warning_seconds = true", "hold_warning_seconds", "from 5 to 600"),
    ("hold_warning_seconds = 4", "hold_warning_seconds", "from 5 to 600"),
    ("hold_warning_seconds = 60.0", "hold_warning_seconds", "from 5 to 600"),
    ('data_folder = "here"', "data_folder", "whole path"),
    ('data_folder = "~no such user/x"', "data_folder", "whole path"),
    ("data_folder = ['/tmp']", "data_folder", "quotation marks"),
    ('station = ""', "station", "1 to 63"),
    ('station = "a\\nb"', "station", "1 to 63"),
    (f'station = "{"x" * 64}"', "station", "1 to 63"),
    ('locale = "german"', "locale", "de_AT"),
    ('language = "xx_YY"', "language", "en_GB"),
    ('server = "db.example.org"', "server", "postgresql://"),
    ('server = "mysql://db.example.org/x"', "server", "postgresql://"),
    ('server = "postgresql:///evently"', "server", "postgresql://"),
    ('server = "postgresql://db:99999/evently"', "server", "postgresql://"),
    ('sevrer = "postgresql://db/evently"', "sevrer", "choose one of: server"),
    ('[server]\nhost = "db"', "server", "quotation marks"),
    ('[database]\nhost = "db"', "database", "choose one of: server"),
    ('password = "hunter2"', "password", "keyring"),
    ('server_password = "hunter2"', "server_password", "keyring"),
    ('server = "postgresql://anna:hunter2@db/evently"', "server", "remove the password"),
    ('server = "postgresql://db/evently?password=hunter2"', "server", "remove the password"),
    (
        'server = "postgresql://db/evently?sslmode=require&sslpassword=hunter2"',
        "server",
        "remove the password",
    ),
]


def written(folder: Path, text: str | bytes) -> dict[str, str]:
    """The environment of a PC whose settings file says ``text``."""
    file = folder / "evently.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {CONFIG_VARIABLE: str(file)}


def test_every_key_of_the_file_is_read(tmp_path: Path) -> None:
    settings = load(
        written(
            tmp_path,
            f"""
            server = "postgresql://db.example.org:5433/evently?sslmode=verify-full"
            station = "Counter 2"
            language = "de"
            locale = "de-AT"
            theme = "high_contrast"
            printer = "Boca Lemur"
            data_folder = "{tmp_path}/data"
            ticket_folder = "{tmp_path}/paper"
            hold_warning_seconds = 90
            """,
        )
    )
    assert settings == Settings(
        server="postgresql://db.example.org:5433/evently?sslmode=verify-full",
        station="Counter 2",
        language="de",
        locale="de_AT",
        theme=Theme.HIGH_CONTRAST,
        printer="Boca Lemur",
        data_folder=tmp_path / "data",
        ticket_folder=tmp_path / "paper",
        hold_warning_seconds=90,
    )


def test_a_variable_beats_the_file_and_the_file_the_default(tmp_path: Path) -> None:
    environment = written(tmp_path, 'theme = "dark"\nhold_warning_seconds = 30')
    assert (load(environment).theme, load(environment).hold_warning_seconds) == (Theme.DARK, 30)
    settings = load(environment | {"EVENTLY_THEME": "light", "EVENTLY_HOLD_WARNING_SECONDS": "45"})
    assert (settings.theme, settings.hold_warning_seconds) == (Theme.LIGHT, 45)
    assert load(written(tmp_path, "")).theme is Settings().theme


def test_every_setting_has_its_variable(tmp_path: Path) -> None:
    values = {
        "server": "postgresql://db/evently", "station": "Door", "language": "fr", "locale": "fr_CA",
        "theme": "dark", "printer": "Zebra", "data_folder": str(tmp_path / "d"),
        "ticket_folder": str(tmp_path / "t"), "hold_warning_seconds": "20", "single_seats": "never",
    }  # fmt: skip
    assert set(values) == {one.name for one in fields(Settings)}
    variables = {f"EVENTLY_{key.upper()}": value for key, value in values.items()}
    settings = load(variables | written(tmp_path, ""))
    assert {key: str(getattr(settings, key)) for key in values} == values


def test_without_file_and_variables_the_defaults_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert not config_file({}).exists()
    assert load({}) == Settings()
    assert Settings().server == ""
    assert Settings().ticket_folder == Settings().data_folder / "tickets"


def test_the_users_own_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    config_file({}).parent.mkdir(parents=True)
    config_file({}).write_text('station = "Foyer"')
    assert load({}).station == "Foyer"


def test_tickets_follow_the_data_folder(tmp_path: Path) -> None:
    assert load(written(tmp_path, f'data_folder = "{tmp_path}"')).ticket_folder == tmp_path / "tickets"


def test_settings_are_frozen() -> None:
    settings = Settings()
    with pytest.raises(FrozenInstanceError):
        settings.server = "postgresql://elsewhere/evently"  # type: ignore[misc]


def test_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    assert load(written(tmp_path, b'\xef\xbb\xbftheme = "dark"')).theme is Theme.DARK


@pytest.mark.parametrize(("line", "key", "remedy"), WRONG_LINES)
def test_a_wrong_line_is_answered_with_file_key_and_remedy(tmp_path: Path, line: str, key: str, remedy: str) -> None:
    environment = written(tmp_path, line)
    with pytest.raises(SettingsError) as refused:
        load(environment)
    sentence = str(refused.value)
    assert environment[CONFIG_VARIABLE] in sentence
    assert f"“{key}”" in sentence
    assert remedy in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("EVENTLY_THEME", "blue", "high_contrast"),
        ("EVENTLY_HOLD_WARNING_SECONDS", "soon", "from 5 to 600"),
        ("EVENTLY_HOLD_WARNING_SECONDS", "-60", "from 5 to 600"),
        ("EVENTLY_SEVRER", "postgresql://db/evently", "choose one of: server"),
        ("EVENTLY_PASSWORD", "hunter2", "keyring"),
        ("EVENTLY_SERVER", "postgresql://anna:hunter2@db/evently", "remove the password"),
    ],
)
def test_a_wrong_variable_is_answered_with_its_name_and_remedy(
    tmp_path: Path, variable: str, value: str, remedy: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(written(tmp_path, "") | {variable: value})
    assert f"“{variable}”" in str(refused.value)
    assert remedy in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"theme = dark", "line 1, column"),
        (b'theme = "dark"\nstation = "Foyer', "not valid TOML"),
        (b'theme = "dark"\ntheme = "light"', "Cannot overwrite"),
        (b'station = "caf\xe9"', "UTF-8"),
    ],
)
def test_a_broken_file_is_named_with_the_place(tmp_path: Path, content: bytes, reason: str) -> None:
    environment = written(tmp_path, content)
    with pytest.raises(SettingsError) as refused:
        load(environment)
    assert environment[CONFIG_VARIABLE] in str(refused.value)
    assert reason in str(refused.value)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.toml does not exist.*EVENTLY_CONFIG"):
        load({CONFIG_VARIABLE: str(tmp_path / "gone.toml")})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load({CONFIG_VARIABLE: str(tmp_path)})


@given(
    key=st.sampled_from([one.name for one in fields(Settings)]),
    value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80),
)
def test_any_text_is_taken_or_refused_in_one_sentence(key: str, value: str) -> None:
    variable = f"EVENTLY_{key.upper()}"
    refusal = None
    try:
        assert isinstance(getattr(load({variable: value}), key), (str, int, Path))
    except SettingsError as refused:
        refusal = str(refused)
    assert refusal is None or (f"“{variable}”" in refusal and "\n" not in refusal)
