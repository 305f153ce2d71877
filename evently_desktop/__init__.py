"""Evently Desktop, a native box office: reserved seats, tickets and tills straight on PostgreSQL."""

__version__ = "0.1.0"
