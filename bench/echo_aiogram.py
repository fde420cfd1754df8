"""A bare echo bot on aiogram 3 as its documentation shows it: aiohttp webhook, handled in the background, nothing stored."""

import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web


async def said(message: Message, bot: Bot) -> None:
    await bot.send_message(message.chat.id, "收到")


async def pressed(query: CallbackQuery, bot: Bot) -> None:
    await bot.send_message(query.message.chat.id, "收到")


def main(api: str, port: str, secret: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    bot, dispatcher = Bot("100001:token-of-the-measurement", session=session), Dispatcher()
    dispatcher.message.register(said)
    dispatcher.callback_query.register(pressed)
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=True, secret_token=secret)
    handler.register(app, path="/telegram")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
