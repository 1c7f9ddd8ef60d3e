"""How often each host may be asked: delays, slow-down, budgets, and hosts given up for the night. No network here."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from crawlers.errors import FetchError
from crawlers.reason import Reason, because
from crawlers.source import FetchPolicy

HOUR_S: Final = 3_600.0
MAX_FACTOR: Final = 32.0  # times the usual delay after repeated 429 or 503: about half a minute at one second
SLOW_S: Final = 2.0  # seconds an answer takes before we wait as long as the server needs
SMOOTHING: Final = 0.3  # weight of the newest answer in the mean latency
FAULTS_TO_GIVE_UP: Final = 5  # URLs in a row without any answer: the host is down, the rest of the night is saved


@dataclass(slots=True)
class _Host:
    """What is known of one host tonight. Times in seconds of the clock."""

    next_at: float = 0.0
    latency_s: float = 0.0
    factor: float = 1.0
    asked: int = 0
    recent: deque[float] = field(default_factory=deque)  # starts within the last hour
    faults: int = 0  # URLs in a row
    given_up: tuple[str, Reason] | None = None  # reason of the failure, detail


class Pace:
    """Turns of hosts, safe between threads: a turn is taken at once and slept for outside the lock."""

    def __init__(self, policy: FetchPolicy, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def remember(self, host: str, asked: int, recent: Iterable[float]) -> None:
        """Counts what earlier runs of the night asked of a host against its budgets; `recent` in seconds of the clock."""
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            state.asked += asked
            state.recent.extend(sorted(recent))

    def take_turn(self, host: str, url: str, delay_s: float) -> None:
        """Waits until `host` may be asked again, `delay_s` or more after the last request.

        Raises FetchError where the host's budget is spent or the host was given up.
        """
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            if state.given_up:
                raise FetchError(url, *state.given_up, lasting=True)
            if state.asked >= self._policy.budget_per_host:
                raise FetchError(url, "budget", because("budget", number=state.asked, host=host))
            now = self._clock()
            start = max(now, state.next_at, self._hour_allows(state, now))
            slow = state.latency_s if state.latency_s >= SLOW_S else 0.0
            state.next_at = start + max(delay_s * state.factor, slow)
            state.asked += 1
            state.recent.append(start)
        if start > now:
            self._sleep(start - now)

    def answered(self, host: str, status: int, elapsed_s: float) -> None:
        """Learns from an answer: 429 and 503 double the delay, others halve it back; slow answers ask for patience."""
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            state.latency_s += SMOOTHING * (elapsed_s - state.latency_s)
            if status in {429, 503}:
                state.factor = min(state.factor * 2, MAX_FACTOR)
            else:
                state.factor = max(state.factor / 2, 1.0)
                state.faults = 0

    def failed(self, host: str, reason: str) -> None:
        """Counts a URL that got no answer after all retries; too many in a row give the host up for the night."""
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            state.faults += 1
            if state.faults >= FAULTS_TO_GIVE_UP and state.given_up is None:
                state.given_up = reason, because("given_up_silent", host=host, number=state.faults)

    def give_up(self, host: str, reason: str, detail: Reason) -> None:
        """Asks nothing more of a host tonight."""
        with self._lock:
            self._hosts.setdefault(host, _Host()).given_up = reason, because("given_up", host=host, why=detail)

    def is_given_up(self, host: str) -> bool:
        """Tells whether a host is asked nothing more tonight, its budget being spent or nobody answering."""
        with self._lock:
            state = self._hosts.get(host)
            return state is not None and (state.given_up is not None or state.asked >= self._policy.budget_per_host)

    def hold(self, host: str, seconds: float) -> None:
        """Lets nobody ask a host for some seconds."""
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            state.next_at = max(state.next_at, self._clock() + seconds)

    def _hour_allows(self, state: _Host, now: float) -> float:
        while state.recent and state.recent[0] <= now - HOUR_S:
            state.recent.popleft()
        if len(state.recent) < self._policy.hourly_budget_per_host:
            return now
        return state.recent[-self._policy.hourly_budget_per_host] + HOUR_S
