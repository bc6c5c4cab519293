"""The examples in the docstrings: each gives what it says it gives."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import dossier

MODULES = sorted(found.name for found in pkgutil.walk_packages(dossier.__path__, "dossier."))


@pytest.mark.parametrize("name", MODULES)
def test_every_example_gives_what_it_says(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
