"""The running process: the only package that knows Telegram, aiohttp and the environment."""
