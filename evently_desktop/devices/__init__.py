"""Printers, drawers and terminals: one small port each. They wait, so the GUI's thread never calls them."""
