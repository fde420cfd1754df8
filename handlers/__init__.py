"""What happens when something arrives or a time comes: plain Python, no Telegram, no SQL."""
