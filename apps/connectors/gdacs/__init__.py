"""GDACS: alerts on earthquakes, cyclones, floods, droughts, wildfires, volcanoes and tsunamis."""
