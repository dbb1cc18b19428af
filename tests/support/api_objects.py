"""
Objects through the dashboard's API, as tests put them there and look at them.
"""

import httpx

from support.dashboard_people import Place


def put(client: httpx.Client, place: Place, *keys: str, body: bytes = b"hello") -> None:
    for key in keys:
        answer = client.post(f"{place.url}/object", data={"key": key}, files={"file": ("x", body)})
        assert answer.status_code == 201, answer.text


def keys_of(client: httpx.Client, place: Place) -> list[str]:
    listing = client.get(f"{place.url}/objects", params={"delimiter": "", "max_keys": 5000}).json()
    return [one["key"] for one in listing["objects"]]
