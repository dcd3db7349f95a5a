"""The JSON routes: the library's own answers, and one sentence for whatever is wrong."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from letters_command import letters_index
from starlette.testclient import TestClient

from policy_index import ClauseIndex, bundled_policy, http_api
from policy_index.errors import EncoderError
from policy_index.export import search_record
from policy_index.http_api import MAX_BODY, MAX_TEXTS, make_api

HOSTILE = "Zq secret prompt 4711"


@pytest.fixture(scope="module")
def letters() -> ClauseIndex:
    """An index without a model."""
    return letters_index()


@pytest.fixture(scope="module")
def client(letters: ClauseIndex) -> Iterator[TestClient]:
    """A program that asks."""
    with TestClient(make_api(lambda: letters, is_ready=lambda: True), raise_server_exceptions=False) as client:
        yield client
