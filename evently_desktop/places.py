"""Where the files that come with the program are: beside the code in a checkout, inside it when installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


def migrations() -> Path:
    """The folder of the database's migrations: ``env.py``, ``versions/`` and ``sql/``."""
    return _shipped("migrations")


def resources() -> Path:
    """The folder of icons, themes, translations, sample plans and templates."""
    return _shipped("resources")
