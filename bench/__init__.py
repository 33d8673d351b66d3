"""Reproducible measurements of the product's paths on a made-up world. Run by script/bench."""
