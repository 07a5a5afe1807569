"""What pyproject.toml can't say: the compiled core.

`python setup.py build_ext --inplace` compiles it where Cython is installed.
"""

import sys
from pathlib import Path

from setuptools import setup

sys.path.insert(0, str(Path(__file__).resolve().parent / "build_backend"))

from compiled_core import BuildCore, extensions

setup(ext_modules=extensions(), cmdclass={"build_ext": BuildCore})
