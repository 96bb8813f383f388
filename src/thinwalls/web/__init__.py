"""The page and its API: a question in, an answer out; nothing is stored.

Needs the extra ``thinwalls[web]``; the framework is imported when the page is opened.
"""
