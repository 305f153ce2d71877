"""What people do, one function a use: each takes a session first and runs in one transaction."""
