"""Scenarios as TOML, links and JSON; older files brought to today's form; packaged sets."""
