"""``python -m thinwalls``."""

from thinwalls.cli import main

main()
