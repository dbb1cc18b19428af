"""
What a store says that it keeps is read back, and what it does not keep is said so.
"""

import pytest

from app.backends.rows import NewBackend
from app.backends.settings import LifecycleRule
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from support.fake_upstream import Conversation, running_fake_upstream
from support.stores import ADMIN, Stores

_ANSWERS = {
    b"?policy": b'{"Statement":[]}',
    b"?lifecycle": b"<LifecycleConfiguration></LifecycleConfiguration>",
    b"?tagging": b"<Tagging><TagSet><Tag><Key>old</Key><Value>1</Value></Tag></TagSet></Tagging>",
}
POLICY = (
    '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject",'
    '"Resource":"arn:aws:s3:::docs/*"}]}'
)


def forgetful(conversation: Conversation) -> None:
    """
    Say yes to every change, and keep none.
    """
    while head := conversation.read_head():
        lines = head.decode().lower().split("\r\n")
        length = next((line[16:] for line in lines if line.startswith("content-length: ")), "0")
        if "expect: 100-continue" in lines:
            conversation.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        conversation.read_body(int(length))
        is_read = head.startswith(b"GET ")
        found = [body for name, body in _ANSWERS.items() if name in head.split(b" ")[1]]
        conversation.answer(found[0] if found and is_read else b"")


@pytest.mark.parametrize("setting", ["policy", "lifecycle", "tags"])
async def test_a_setting_that_is_not_kept_is_not_supported(stores: Stores, setting: str) -> None:
    settings, place = stores.objects.settings, BucketPlace("forgets", "docs")
    changes = {
        "policy": lambda: settings.put_policy(ADMIN, place, POLICY),
        "lifecycle": lambda: settings.put_lifecycle(
            ADMIN, place, [LifecycleRule("r", "logs/", enabled=True, expiration_days=3)]
        ),
        "tags": lambda: settings.put_tags(ADMIN, place, {"team": "x"}),
    }
    with running_fake_upstream(forgetful) as upstream:
        endpoint = f"http://127.0.0.1:{upstream.port}"
        known = {"bucket_policy": True, "lifecycle": True, "tagging": True}
        new = NewBackend("forgets", endpoint, "key", "secret", path_style=True, capabilities=known)
        await stores.backends.create(ADMIN, new)

        with pytest.raises(StowageError) as caught:
            await changes[setting]()

    assert (caught.value.code, caught.value.reason) == ("not_supported", "setting.not_kept")
    assert caught.value.params == {"setting": setting}
    written = [
        head for head in upstream.heads if head.startswith((b"PUT /docs?", b"DELETE /docs?"))
    ]
    # What was there before is written back.
    assert len(written) == 2
    (row,) = await stores.events(action=f"bucket.{setting}.set")
    assert row.status == "error"
