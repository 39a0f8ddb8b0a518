from __future__ import annotations

import uvloop

from tests.recognition.speech import say
from voicebot.recognition import RecognizerPool
from voicebot.settings import RecognitionSettings


def test_it_works_under_uvloop():
    async def ask() -> str:
        pool = RecognizerPool(RecognitionSettings(workers=1, timeout=60), str)
        await pool.start()
        try:
            return (await pool.transcribe(say("đăng ký kết hôn"))).spoken
        finally:
            await pool.close()

    assert uvloop.run(ask()) == "đăng ký kết hôn"
