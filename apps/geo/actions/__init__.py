"""Everything that writes the ground: editions with their areas, links between editions, places."""

from apps.geo.actions.editions import load_edition, mark_undetermined
from apps.geo.actions.links import link_editions
from apps.geo.actions.places import load_places

__all__ = ["link_editions", "load_edition", "load_places", "mark_undetermined"]
