"""Lengths and offsets as Telegram counts them: UTF-16 code units."""


def units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
