"""Make the table of damaged forms that `vnclean/repair/lossy/form_table.py` maps.

    python training/damaged_forms.py [--out vnclean/data/damaged_forms.bin]

Every surface of the inventory goes through every channel. To be run again where the language model
or a channel changes; a test compares the two.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vnclean.repair.lossy import form_table


def main() -> None:
    """Make the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=form_table.path())
    print(f"{form_table.write(parser.parse_args().out):,} bytes")


if __name__ == "__main__":
    main()
