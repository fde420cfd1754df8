"""Every word and picture that the bot shows."""
