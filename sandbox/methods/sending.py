"""Methods that send words and places."""

from collections.abc import Mapping

from sandbox.errors import bad_request
from sandbox.methods.method import HIDDEN, SENDING, Method, method
from sandbox.methods.outgoing import body_text, deliver, envelope
from sandbox.params import Params
from sandbox.records import Json
from sandbox.targets import open_chat
from sandbox.world import World

ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
     "choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)  # fmt: skip
RICH_UNITS = 32_768
RICH_BLOCKS = 500
RICH_COLUMNS = 20
LIVE_SECONDS = (60, 86_400)
NORTH_POLE, DATE_LINE = 90, 180
LIVE_FOREVER = 0x7FFFFFFF


def send_message(world: World, params: Params) -> Json:
    content = body_text(params)
    return deliver(world, envelope(world, params, "text messages"), content).wire


def send_location(world: World, params: Params) -> Json:
    content: Json = {"location": _point(params)}
    live = params.number("live_period")
    if live:
        if not LIVE_SECONDS[0] <= live <= LIVE_SECONDS[1] and live != LIVE_FOREVER:
            raise bad_request("wrong live location period specified")
        content["location"]["live_period"] = live
    return deliver(world, envelope(world, params, "locations"), content).wire


def send_venue(world: World, params: Params) -> Json:
    point = _point(params)
    title, address = params.text("title"), params.text("address")
    if not title or not address:
        raise bad_request(f"{'title' if not title else 'address'} must be non-empty")
    content = {"location": point, "venue": {"location": point, "title": title, "address": address}}
    return deliver(world, envelope(world, params, "venues"), content).wire


def send_chat_action(world: World, params: Params) -> bool:
    open_chat(world, params)
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def send_rich_message(world: World, params: Params) -> Json:
    rich = checked_rich(params.object("rich_message"))
    return deliver(world, envelope(world, params, "text messages"), rich_wire(rich), rich=rich).wire


def checked_rich(rich: Json | None) -> Json:
    """Exactly one of html, markdown and blocks, inside the limits; raises ApiError 400."""
    ways = [name for name in ("html", "markdown", "blocks") if (rich or {}).get(name)]
    if rich is None or len(ways) != 1:
        raise bad_request("rich message must be non-empty")
    if len(str(rich[ways[0]])) > RICH_UNITS:
        raise bad_request("rich message is too long")
    blocks = rich.get("blocks") or []
    if len(blocks) > RICH_BLOCKS:
        raise bad_request("rich message has too many blocks")
    if any(len(row) > RICH_COLUMNS for block in blocks for row in block.get("cells", ())):
        raise bad_request("rich message table has too many columns")
    return rich


def rich_wire(rich: Json) -> Json:
    """What the bot gets back: its blocks, or one paragraph that stands for the markup."""
    blocks = rich.get("blocks") or [{"type": "paragraph", "text": rich.get("html") or rich.get("markdown")}]
    return {"rich_message": {"blocks": blocks}}


def _point(params: Params) -> Json:
    latitude, longitude = params.decimal("latitude"), params.decimal("longitude")
    if latitude is None or longitude is None:
        raise bad_request(f"{'latitude' if latitude is None else 'longitude'} is empty")
    if abs(latitude) > NORTH_POLE or abs(longitude) > DATE_LINE:
        raise bad_request("wrong location specified")
    return {"latitude": latitude, "longitude": longitude}


METHODS: Mapping[str, Method] = {
    "sendMessage": method(
        send_message, SENDING, HIDDEN, "text parse_mode entities link_preview_options disable_web_page_preview"
    ),
    "sendLocation": method(
        send_location, SENDING, HIDDEN,
        "latitude longitude horizontal_accuracy live_period heading proximity_alert_radius",
    ),
    "sendVenue": method(send_venue, SENDING, HIDDEN, "latitude longitude title address"),
    "sendChatAction": method(send_chat_action, "chat_id message_thread_id action"),
    "sendRichMessage": method(
        send_rich_message,
        "chat_id message_thread_id disable_notification protect_content allow_paid_broadcast message_effect_id "
        "reply_parameters reply_markup rich_message ephemeral_message_parameters",
    ),
}  # fmt: skip
