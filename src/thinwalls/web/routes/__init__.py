"""Addresses of the page and of its API."""
