"""The font of the pictures: its files, how they were made, and which characters they hold."""
