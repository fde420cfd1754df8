"""A Telegram that runs at home: the Bot API over HTTP, a control API for its people, and a chat page."""
