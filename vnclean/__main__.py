"""`python -m vnclean` is the command `vnclean`."""

from __future__ import annotations

import sys

from vnclean.cli import main

if __name__ == "__main__":
    sys.exit(main())
