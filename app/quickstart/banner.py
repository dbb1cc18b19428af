"""
What a quickstart prints when it is ready: where to go, and three commands to paste.
"""

import shlex

from app.quickstart.record import Record


def render_banner(record: Record, *, shows_password: bool) -> str:
    """
    Write the text; the password is in it on the first run only.
    """
    password = record.admin_password if shows_password else "as printed on the first run"
    commands = "\n\n".join(
        f"  {name}:\n    {command}" for name, command in paste_commands(record).items()
    )
    return (
        "\nStowage is ready.\n\n"
        f"  Dashboard    {record.dashboard_url}\n"
        f"  S3 endpoint  {record.s3_endpoint}\n"
        f"  Sign in as   {record.admin_username}\n"
        f"  Password     {password}\n\n"
        f"List the bucket {record.bucket} with\n\n{commands}\n\n"
        "Stop with Ctrl-C.\n"
    )


def paste_commands(record: Record) -> dict[str, str]:
    """
    Return one shell command per client, complete with the credential, by the client's name.

    Secrets go through the environment: other users of the machine can read command lines.
    """
    aws = {
        "AWS_ACCESS_KEY_ID": record.access_key_id,
        "AWS_SECRET_ACCESS_KEY": record.secret_access_key,
        "AWS_DEFAULT_REGION": record.region,
    }
    rclone = {
        "RCLONE_S3_PROVIDER": "Other",
        "RCLONE_S3_ACCESS_KEY_ID": record.access_key_id,
        "RCLONE_S3_SECRET_ACCESS_KEY": record.secret_access_key,
        "RCLONE_S3_ENDPOINT": record.s3_endpoint,
        "RCLONE_S3_REGION": record.region,
    }
    script = (  # double quotes within, since the shell gets it in single ones
        f'import boto3; s3 = boto3.client("s3", endpoint_url="{record.s3_endpoint}"); '
        f'[print(o["Size"], o["Key"]) for o in s3.list_objects_v2(Bucket="{record.bucket}")'
        '["Contents"]]'
    )
    return {
        "aws-cli": _line(
            aws,
            *("aws", "--endpoint-url", record.s3_endpoint),
            *("s3", "ls", "--recursive", f"s3://{record.bucket}"),
        ),
        "rclone": _line(rclone, "rclone", "ls", f":s3:{record.bucket}"),
        "boto3": _line(aws, "python3", "-c", script),
    }


def _line(environment: dict[str, str], *words: str) -> str:
    settings = (f"{name}={shlex.quote(value)}" for name, value in environment.items())
    return " ".join([*settings, shlex.join(words)])
