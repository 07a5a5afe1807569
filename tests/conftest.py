"""Hypothesis profiles: `default` keeps a test run short, `full` is what the properties claim.
`HYPOTHESIS_PROFILE=full pytest` runs each of them with 1,200 examples.

The tests marked `integrations` run only if `-m` names them.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

_SLOW_STARTS = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "default", max_examples=40, deadline=None, suppress_health_check=_SLOW_STARTS
)
settings.register_profile(
    "full", max_examples=1200, deadline=None, suppress_health_check=_SLOW_STARTS
)
settings.register_profile("few", max_examples=4, deadline=None, suppress_health_check=_SLOW_STARTS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "integrations" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("integrations")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("integrations")]
