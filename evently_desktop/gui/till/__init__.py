"""The till: opening and closing a shift."""
