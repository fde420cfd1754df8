"""A bare echo bot on python-telegram-bot as its documentation shows it: its own webhook, nothing stored."""

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, TypeHandler


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await context.bot.send_message(update.effective_chat.id, "收到")


def main(api: str, port: str, secret: str) -> None:
    builder = Application.builder().token("100001:token-of-the-measurement")
    bot = builder.base_url(f"{api}/bot").base_file_url(f"{api}/file/bot").build()
    bot.add_handler(TypeHandler(Update, echo))
    bot.run_webhook(
        "127.0.0.1",
        int(port),
        "telegram",
        secret_token=secret,
        webhook_url=f"https://example.org:{port}/telegram",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
