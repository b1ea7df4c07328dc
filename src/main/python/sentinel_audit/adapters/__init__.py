"""Recording from within frameworks of agents. None is imported before it is needed, and none is a dependency."""
