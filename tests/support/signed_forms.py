"""
Policies of browser forms, as a page's server would write them.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta


def policy_for(bucket: str, fields: Mapping[str, str]) -> str:
    """
    Return a policy, good for an hour, that allows a form of just these fields.
    """
    end = datetime.now(UTC) + timedelta(hours=1)
    document = {
        "expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [{"bucket": bucket}, *({name: value} for name, value in fields.items())],
    }
    return base64.b64encode(json.dumps(document).encode()).decode()
