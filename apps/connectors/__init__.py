"""One package per outside source: client, parse, connector."""
