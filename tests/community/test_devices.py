"""Where somebody is signed in: a device as its owner would name it."""

import pytest

from community.templatetags.devices import device

CHROME = "Mozilla/5.0 (Linux; Android 13; SM-A125F) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (CHROME, "Chrome, Android"),
        (CHROME.replace("Chrome/130", "SamsungBrowser/26.0 Chrome/122"), "Samsung Internet, Android"),
        (CHROME + " OPR/76.2", "Opera, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
            "Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Windows"),
        ("Opera/9.80 (J2ME/MIDP; Opera Mini/9/174.101; U; en) Presto/2.12", "Opera"),
        ("curl/8.5.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_by_browser_and_system(said: str, named: str) -> None:
    assert device(said) == named
