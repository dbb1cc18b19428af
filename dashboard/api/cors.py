"""
The CORS rules of a bucket, which the S3 endpoint enforces.
"""

from pydantic import Field

from app.objects.cors import BucketCorsRule
from dashboard.call import Call
from dashboard.schemas import Body, Schema, omitted


class CorsRuleSchema(Schema):
    """
    Which pages may call with which methods.
    """

    allowed_origins: list[str]
    allowed_methods: list[str]
    allowed_headers: list[str] = omitted(())
    expose_headers: list[str] = omitted(())
    max_age_seconds: int = omitted(0)


class CorsRules(Schema):
    """
    The rules in the order in which they are tried.
    """

    rules: list[CorsRuleSchema]


class CorsRuleBody(Body):
    """
    A rule in a request.
    """

    allowed_origins: list[str] = Field(default_factory=list)
    allowed_methods: list[str] = Field(default_factory=list)
    allowed_headers: list[str] = Field(default_factory=list)
    expose_headers: list[str] = Field(default_factory=list)
    max_age_seconds: int = 0


class CorsPut(Body):
    """
    The rules that are to hold; none takes them away.
    """

    rules: list[CorsRuleBody] = Field(default_factory=list)


async def get_rules(call: Call) -> CorsRules:
    """
    Return the CORS rules of a bucket.
    """
    found = await call.services.objects.cors.get_rules(call.actor, call.place)
    return CorsRules(
        rules=[
            CorsRuleSchema(
                allowed_origins=list(rule.allowed_origins),
                allowed_methods=list(rule.allowed_methods),
                allowed_headers=list(rule.allowed_headers),
                expose_headers=list(rule.expose_headers),
                max_age_seconds=rule.max_age_seconds,
            )
            for rule in found
        ]
    )


async def put_rules(call: Call) -> None:
    """
    Replace the CORS rules of a bucket.
    """
    body = await call.body(CorsPut)
    rules = [BucketCorsRule(**rule.model_dump()) for rule in body.rules]
    await call.services.objects.cors.set_rules(call.actor, call.place, rules)
