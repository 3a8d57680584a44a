"""`chihoi doctor`: each thing a union needs is looked at, and one line says what to do."""

from bot.doctor.findings import Finding, Level, error, ok, warning

__all__ = ["Finding", "Level", "error", "ok", "warning"]
