"""The JSON and GeoJSON interface for partners."""
