"""Adapters for agent frameworks. The frameworks are no dependencies and are imported only on use."""
