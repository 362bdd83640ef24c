"""Where no proxy is passed and no stranger can call: this machine alone."""

from __future__ import annotations

import pytest

from bot.base.loopback import on_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "::1"])
def test_this_machine_is_on_loopback(host: str) -> None:
    assert on_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "example.org", "localhost.example.org", "192.168.1.5"])
def test_others_are_not(host: str) -> None:
    assert not on_loopback(host)
