"""Hearing at once what other counters did."""
