"""`python -m bot` is `lanxun`."""

from bot.cli import main

if __name__ == "__main__":
    main()
