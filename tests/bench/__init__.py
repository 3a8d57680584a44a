"""The benchmarks: our bot beside an idiomatic aiogram one and an idiomatic PTB one."""
