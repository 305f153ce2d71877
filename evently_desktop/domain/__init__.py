"""Frozen values and pure rules of the box office: no SQL, no Qt, no clock of its own."""
