"""``python -m evently_desktop`` and the command ``evently``."""

from evently_desktop.cli import main

if __name__ == "__main__":
    main()
