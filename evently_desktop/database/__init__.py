"""Connections, transactions, the declared tables and the server of one PC."""
