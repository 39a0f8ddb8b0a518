from __future__ import annotations

from voicebot.line_clock import STALL, LineClock


class Wall:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_runs_with_the_wall_while_the_line_pulls() -> None:
    wall = Wall()
    clock = LineClock(wall)
    began = clock()
    for _ in range(500):
        wall.now += 0.02
        clock.pulled()
    assert round(clock() - began, 6) == 10


def test_it_stands_still_while_the_line_does_not_pull_and_never_goes_back() -> None:
    wall = Wall()
    clock = LineClock(wall)
    began = last = clock()
    for _ in range(300):
        wall.now += 0.1
        assert last <= clock() <= began + STALL
        last = clock()
    clock.pulled()
    assert abs(clock() - last) < 1e-6
    wall.now += 0.02
    assert round(clock() - last, 6) == 0.02
