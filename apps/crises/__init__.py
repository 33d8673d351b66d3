"""The emergency a fact belongs to: scope, protocol, members, actors."""
