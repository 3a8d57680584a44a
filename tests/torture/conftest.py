"""Worlds to torture."""

from __future__ import annotations

import pytest

from tests.torture.world import Worlds


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Databases of the evening, each played on a copy."""
    return Worlds(tmp_path_factory.mktemp("torture"))
