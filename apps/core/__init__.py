"""Plumbing without tables or domain words: http client, queue, text, periods."""
