"""How the documentation is built: `make docs`."""

from __future__ import annotations

from thinwalls import __version__

project = "thinwalls"
author = "The thinwalls developers"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"thinwalls {release}"
exclude_patterns = ["_build"]
autodoc_typehints = "description"
nitpicky = False
