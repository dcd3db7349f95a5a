"""Counts and latencies for whoever runs the server, as Prometheus reads them; no text and no name that a client sent."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_index.search.queue import Figures

_OTHER = "other"
"""The route of a request to no route."""

_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)
"""Seconds, up to the longest limit."""

_NO_ANSWER = 500


class Metrics:
    """What one application counts, in a registry of its own."""

    def __init__(self, figures: Callable[[], Figures], rejected: Callable[[], int]) -> None:
        """Count from nothing.

        Args:
            figures: How the encoding queue does.
            rejected: How many requests were turned away before they came to the queue.
        """
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "policy_index_requests", "Requests answered.", ["route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "policy_index_request_seconds",
            "Seconds from a request to the end of its answer.",
            ["route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._registry.register(_QueueCollector(figures, rejected))

    def note(self, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        return generate_latest(self._registry)


class _QueueCollector(Collector):
    """Reads the queue's figures when it is asked."""

    def __init__(self, figures: Callable[[], Figures], rejected: Callable[[], int]) -> None:
        self._figures = figures
        self._rejected = rejected

    def collect(self) -> Iterator[Metric]:
        """Return the figures of this moment."""
        figures = self._figures()
        yield GaugeMetricFamily(
            "policy_index_queue_requests", "Requests that wait for the encoder.", value=figures.requests
        )
        yield GaugeMetricFamily(
            "policy_index_queue_characters", "Characters that wait for the encoder.", value=figures.characters
        )
        yield CounterMetricFamily("policy_index_texts_encoded", "Texts encoded.", value=figures.encoded)
        yield CounterMetricFamily(
            "policy_index_rejected",
            "Requests turned away or given up because of load.",
            value=figures.rejected + self._rejected(),
        )


class Measured:
    """Counts and times each request of an application, by the route that it met, never by its address."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Store what is measured, and where it is noted."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        outer = scope.get("route")  # where the application is mounted, its mount
        status = _NO_ANSWER

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route: Any = scope.get("route")
            name = _OTHER if route is outer else str(getattr(route, "path", _OTHER))
            self._metrics.note(name, status, time.perf_counter() - start)
