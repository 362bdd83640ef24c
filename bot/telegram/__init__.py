"""Telegram's updates in, calls to Telegram out: queue, pace, limits, buttons, menus, errors."""
