"""The page and its API: a question in, an answer out; nothing is stored.

Needs the extra ``thinwalls[web]``; the framework is imported when the page is opened.

Others may import what ``__init__.pyi`` lists and nothing else; a name is loaded when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
