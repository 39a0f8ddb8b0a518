"""How often one address may write."""

from __future__ import annotations

_REMEMBERED = 10_000  # addresses; past that, the ones that wrote longest ago are forgotten


class RateLimit:
    """The generic cell rate algorithm: `per_minute` on average, `burst` at once."""

    def __init__(self, per_minute: float, burst: int) -> None:
        self._interval = 60 / per_minute
        self._slack = self._interval * (burst - 1)
        self._due: dict[str, float] = {}  # when each would be even again, the latest writer last

    def wait(self, key: str, now: float) -> float:
        """Takes one of the allowance, 0.0; or takes none and says in how many seconds there is one."""
        due = max(self._due.pop(key, now), now)
        over = due - now - self._slack
        self._due[key] = due if over > 0 else due + self._interval
        if len(self._due) > _REMEMBERED:
            del self._due[next(iter(self._due))]
        return max(over, 0.0)
