from structlog.testing import capture_logs

from proxy.core import twin
from proxy.supervisor import warn_of_slow_core


def test_the_log_says_whether_the_core_runs_in_python(each_core: str) -> None:
    with capture_logs() as logs:
        warn_of_slow_core()

    warned = [line["log_level"] for line in logs]
    assert warned == (["warning"] if each_core == twin.PYTHON else [])
