"""Callers who write: the web API, a WebSocket, and messages from Zalo."""
