"""Pictures and documents: sizes, ids, EXIF, albums, downloads, and what is refused."""

import io
import json

import aiohttp
import pytest
from PIL import Image


async def upload(client, method, files, **params):
    form = aiohttp.FormData()
    for name, value in params.items():
        form.add_field(name, str(value))
    for name, (file_name, content) in files.items():
        form.add_field(name, content, filename=file_name)
    url = f"{client.url}/bot{client.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        return await answer.json()


async def download(client, file_id):
    path = (await client.api("getFile", file_id=file_id))["result"]["file_path"]
    return await client.file(f"/file/bot{client.token}/{path}")


async def test_a_photo_has_truly_scaled_sizes(client, person, picture):
    answer = await upload(client, "sendPhoto", {"photo": ("a.jpg", picture())}, chat_id=person, caption="图")
    sizes = answer["result"]["photo"]
    assert [(size["width"], size["height"]) for size in sizes] == [(320, 240), (800, 600), (1280, 960)]
    for size in sizes:
        content = await download(client, size["file_id"])
        assert Image.open(io.BytesIO(content)).size == (size["width"], size["height"])
        assert len(content) == size["file_size"]


async def test_every_upload_and_size_has_its_own_ids(client, person, picture):
    sent = [await client.photos(person, picture()) for _ in range(2)]
    sizes = [size for messages in sent for size in messages[0]["photo"]]
    assert len({size["file_unique_id"] for size in sizes} | {size["file_id"] for size in sizes}) == 12


async def test_a_photo_sent_again_by_id_is_uploaded_once(client, person, picture):
    first = await upload(client, "sendPhoto", {"photo": ("a.jpg", picture())}, chat_id=person)
    known = first["result"]["photo"][-1]
    again = await client.api("sendPhoto", chat_id=person, photo=known["file_id"])
    assert again["result"]["photo"][-1]["file_unique_id"] == known["file_unique_id"]
    assert [call["uploads"] for call in await client.ledger("sendPhoto")] == [["photo"], []]


async def test_photos_lose_their_exif_and_documents_keep_every_byte(client, person, picture):
    exif = Image.Exif()
    exif[0x0112] = 6
    content = picture(exif=exif)
    photo = (await client.photos(person, content))[0]["photo"][-1]
    document = (await client.photos(person, content, as_document=True))[0]["document"]
    kept = Image.open(io.BytesIO(await download(client, photo["file_id"])))
    assert (kept.size, len(kept.getexif())) == ((960, 1280), 0)
    assert await download(client, document["file_id"]) == content
    assert document["mime_type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>", "IMAGE_PROCESS_FAILED"),
        (b"", "file must be non-empty"),
        (None, "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_what_is_no_photo_is_refused(client, person, picture, content, sentence):
    made = picture(2100, 100) if content is None else content
    answer = await upload(client, "sendPhoto", {"photo": ("a.jpg", made)}, chat_id=person)
    assert answer["description"] == f"Bad Request: {sentence}"


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        ("https://a.example/a.jpg", "failed to get HTTP URL content"),
        ("AgACnonsense", "wrong file identifier/HTTP URL specified"),
        ("attach://nothing", "can't find field nothing with the file"),
        ("", "there is no photo in the request"),
    ],
)
async def test_addresses_and_unknown_ids_are_refused(client, person, photo, sentence):
    answer = await client.api("sendPhoto", chat_id=person, photo=photo)
    assert answer["description"] == f"Bad Request: {sentence}"


async def test_a_caption_has_1024_units(client, person, picture):
    known = (await client.photos(person, picture()))[0]["photo"][0]["file_id"]
    fits = await client.api("sendPhoto", chat_id=person, photo=known, caption="中" * 1024)
    long = await client.api("sendPhoto", chat_id=person, photo=known, caption="中" * 1025)
    assert fits["ok"]
    assert long["description"] == "Bad Request: message caption is too long"


@pytest.mark.parametrize(("count", "word"), [(1, "few"), (11, "many")])
async def test_an_album_has_two_to_ten_parts(client, person, picture, count, word):
    known = (await client.photos(person, picture()))[0]["photo"][0]["file_id"]
    media = [{"type": "photo", "media": known}] * count
    answer = await client.api("sendMediaGroup", chat_id=person, media=media)
    assert answer["description"] == f"Bad Request: too {word} messages to send as an album"


async def test_an_album_is_uploaded_by_attached_names(client, person, picture):
    files = {"one": ("1.jpg", picture()), "two": ("2.jpg", picture(800, 600))}
    media = [
        {"type": "photo", "media": "attach://one", "caption": "图"},
        {"type": "photo", "media": "attach://two"},
    ]
    answer = await upload(client, "sendMediaGroup", files, chat_id=person, media=json.dumps(media))
    first, second = answer["result"]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], len(first["photo"]), len(second["photo"])) == ("图", 3, 2)


async def test_a_file_above_20_mb_cannot_be_fetched(client, person):
    sent = await client.photos(person, bytes((20 << 20) + 1), as_document=True, file_name="a.bin")
    answer = await client.api("getFile", file_id=sent[0]["document"]["file_id"])
    assert answer["description"] == "Bad Request: file is too big"


async def test_a_download_address_works_for_an_hour(client, person, picture):
    file_id = (await client.photos(person, picture()))[0]["photo"][0]["file_id"]
    path = (await client.api("getFile", file_id=file_id))["result"]["file_path"]
    await client.advance(3601)
    stale = json.loads(await client.file(f"/file/bot{client.token}/{path}"))
    assert stale == {"ok": False, "error_code": 404, "description": "Not Found"}
    assert len(await download(client, file_id)) > 500


async def test_unknown_ids_cannot_be_fetched(client):
    answer = await client.api("getFile", file_id="x")
    assert answer["description"] == "Bad Request: wrong file_id or the file is temporarily unavailable"


async def test_an_album_of_a_person_may_have_a_late_part(client, person, picture):
    sent = await client.photos(person, *[picture(400, 300)] * 3, caption="图", caption_on=1, late=0.1)
    assert [message.get("caption") for message in sent] == [None, "图"]
    found = (await client.api("getUpdates"))["result"]
    late = await client.api("getUpdates", offset=found[-1]["update_id"] + 1, timeout=5)
    assert late["result"][0]["message"]["media_group_id"] == sent[0]["media_group_id"]


async def test_a_picture_may_be_added_to_a_message_of_words(client, person, picture):
    one = (await client.photos(person, picture()))[0]["photo"][0]["file_id"]
    sent = (await client.api("sendMessage", chat_id=person, text="旧"))["result"]
    media = {"type": "photo", "media": one, "caption": "新"}
    await client.api("editMessageMedia", media=media, chat_id=person, message_id=sent["message_id"])
    shown = (await client.messages(person))[-1]
    assert (shown["caption"], "photo" in shown, "text" in shown) == ("新", True, False)


async def test_a_card_keeps_its_place_when_its_picture_changes(client, person, picture):
    one, two = [(await client.photos(person, picture()))[0]["photo"][0]["file_id"] for _ in range(2)]
    sent = (await client.api("sendPhoto", chat_id=person, photo=one, caption="旧"))["result"]
    where = {"chat_id": person, "message_id": sent["message_id"]}
    await client.api("editMessageMedia", media={"type": "photo", "media": two, "caption": "新"}, **where)
    again = await client.api(
        "editMessageMedia", media={"type": "photo", "media": two, "caption": "新"}, **where
    )
    text = await client.api("editMessageText", text="b", **where)
    shown = (await client.messages(person))[-1]
    assert (shown["caption"], shown["edits"]) == ("新", 1)
    assert again["description"].startswith("Bad Request: message is not modified")
    assert text["description"] == "Bad Request: there is no text in the message to edit"
