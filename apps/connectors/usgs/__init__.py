"""USGS: earthquakes world-wide, within minutes, corrected and sometimes deleted afterwards."""
