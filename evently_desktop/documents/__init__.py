"""Paper: frozen values in, PDF bytes out. No database, no Qt, nothing that waits."""
