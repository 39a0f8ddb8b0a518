"""The caller's page in a real browser, against a real WebRTC gateway with a small conversation behind it."""

from __future__ import annotations

import asyncio
import shutil
import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from playwright.async_api import Browser, Page, async_playwright, expect

from console import caller
from telephony.gateway import Gateway
from telephony.settings import WebSettings
from telephony.webrtc import WebRtcGateway
from voicebot.audio import FRAME_SAMPLES, RATE, Frame, level
from voicebot.line import Caption, Digit, Heard, Line, Typed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HANGS = 20.0  # s
MICROPHONE_TONE, HOTLINE_TONE = 700, 440  # Hz

pytestmark = [  # one browser, hence one event loop, for all
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.asyncio(loop_scope="module"),
]


def tone(hertz: float, seconds: float) -> Frame:
    return (9000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype(np.int16)


@dataclass
class Hotline:
    """Greets with a caption and a tone, keeps what comes in."""

    limit: int = 2
    lines: list[Line] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    url: str = ""

    async def answer(self, line: Line) -> None:
        self.lines.append(line)
        greeting = iter(tone(HOTLINE_TONE, 60).reshape(-1, FRAME_SAMPLES))
        line.start(lambda: next(greeting, None))
        line.show(Caption("bot", "Dạ, em chào bác. Em là trợ lý tự động ạ.", True))
        async for event in line.events():
            match event:
                case Heard(frame):
                    self.frames.append(frame)
                case Digit(key):
                    self.keys.append(key)
                case Typed(text):
                    self.texts.append(text)
                    line.show(Caption("caller", text, True))

    def pitch(self) -> float:
        """Of what is loud in the last 2 s, in hertz."""
        frames = self.frames[-100:]
        samples = np.concatenate([frame for frame in frames if level(frame) > -40] or [np.zeros(RATE, np.int16)])
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        return float(np.argmax(spectrum)) * RATE / len(samples)


@pytest_asyncio.fixture(loop_scope="module")
async def hotline() -> AsyncIterator[Hotline]:
    hotline = Hotline()
    gateway = WebRtcGateway(WebSettings(), Gateway(hotline.answer, hotline.limit))
    application = web.Application()
    application.add_routes([*gateway.routes(), *caller.routes()])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hotline.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield hotline
    await gateway.close()
    await runner.cleanup()


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second of a tone, half a second of silence: a steady tone would be taken for noise and filtered out."""
    path = tmp_path_factory.mktemp("sound") / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(
            np.tile(np.concatenate([tone(MICROPHONE_TONE, 0.5), np.zeros(RATE // 2, np.int16)]), 10).tobytes()
        )
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(microphone: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, hotline: Hotline) -> AsyncIterator[Page]:
    """The page, opened; it may not complain about anything on its console, nor ask for anything from elsewhere."""
    context = await browser.new_context(viewport={"width": 1100, "height": 900}, locale="vi-VN")
    page = await context.new_page()
    page.set_default_timeout(HANGS * 1000)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(hotline.url) else problems.append(asked.url))
    await page.goto(hotline.url)
    yield page
    await context.close()
    assert [problem for problem in problems if "/webrtc/offer" not in problem and "Failed to load" not in problem] == []


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(HANGS):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def call(page: Page, hotline: Hotline) -> None:
    await page.get_by_role("button", name="Gọi tổng đài").click()
    await expect(page.get_by_role("status")).to_have_text("Đã nối máy. Mời bác nói ạ.", timeout=HANGS * 1000)
    await until(lambda: hotline.lines)


async def test_a_call_by_voice(page: Page, hotline: Hotline) -> None:
    await call(page, hotline)
    await expect(page.get_by_role("log")).to_contain_text("Em là trợ lý tự động ạ.")
    await expect(page.locator("#turn")).to_have_text("Tổng đài đang nói")  # measured on what is played
    await until(lambda: len(hotline.frames) > 150)
    assert hotline.pitch() == pytest.approx(MICROPHONE_TONE, abs=15)

    line = hotline.lines[0]
    line.show(Caption("caller", "Cho tôi hỏi", False))
    await expect(page.locator("#partial")).to_contain_text("Cho tôi hỏi")
    line.show(Caption("caller", "Cho tôi hỏi về căn cước.", True))
    await expect(page.get_by_role("log")).to_contain_text("Cho tôi hỏi về căn cước.")
    await expect(page.locator("#partial")).to_be_empty()

    for key in ("1", "0", "*", "#", "9"):
        await page.locator(f'[data-key="{key}"]').click()
    await page.get_by_label("Bác có thể gõ thay cho nói").fill("tôi mất căn cước")
    await page.get_by_role("button", name="Gửi").click()
    await until(lambda: hotline.texts and len(hotline.keys) == 5)
    assert hotline.keys == ["1", "0", "*", "#", "9"]
    assert hotline.texts == ["tôi mất căn cước"]
    await expect(page.get_by_role("log")).to_contain_text("tôi mất căn cước")

    await page.get_by_role("button", name="Kết thúc cuộc gọi").click()
    await expect(page.get_by_role("status")).to_contain_text("Bác đã kết thúc cuộc gọi")
    await until(lambda: line.ended)
    assert line.ended == "caller_hung_up"
    await expect(page.get_by_role("button", name="Gọi lại")).to_be_focused()


async def test_the_hotline_hangs_up_and_can_be_called_again(page: Page, hotline: Hotline) -> None:
    await call(page, hotline)
    await hotline.lines[0].hang_up()
    await expect(page.get_by_role("status")).to_contain_text("Cuộc gọi đã kết thúc")
    await page.get_by_role("button", name="Gọi lại").click()
    await expect(page.get_by_role("status")).to_have_text("Đã nối máy. Mời bác nói ạ.")
    await until(lambda: len(hotline.lines) == 2)


async def test_without_a_microphone_one_types(page: Page, hotline: Hotline) -> None:
    await page.get_by_role("button", name="tôi muốn gõ chữ").click()
    await expect(page.get_by_role("status")).to_have_text("Đã nối máy. Mời bác gõ câu hỏi ạ.")
    await page.get_by_label("Bác có thể gõ thay cho nói").fill("xin chào")
    await page.keyboard.press("Enter")
    await until(lambda: hotline.texts == ["xin chào"] and len(hotline.frames) > 20)
    assert not np.concatenate(hotline.frames).any()
    await expect(page.locator("#turn")).to_have_text("Tổng đài đang nói")


@pytest.mark.parametrize(
    ("error", "words"), [("NotAllowedError", "chưa cho phép dùng micrô"), ("NotFoundError", "chưa có micrô")]
)
async def test_a_refused_microphone_is_explained_and_the_call_goes_on(
    page: Page, hotline: Hotline, error: str, words: str
) -> None:
    refuse = "(name) => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }"
    await page.evaluate(refuse, error)
    await page.get_by_role("button", name="Gọi tổng đài").click()
    await expect(page.get_by_role("status")).to_have_text("Đã nối máy. Mời bác gõ câu hỏi ạ.")
    await expect(page.get_by_role("alert")).to_contain_text(words)
    await expect(page.get_by_role("log")).to_contain_text("Dạ, em chào bác.")


async def test_hanging_up_while_the_browser_asks_for_the_microphone(page: Page, hotline: Hotline) -> None:
    await page.evaluate(
        """() => {
          const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async (wanted) => {
            window.granted = await real(wanted);
            await new Promise((answered) => (window.allow = answered));
            return window.granted;
          };
        }"""
    )
    await page.get_by_role("button", name="Gọi tổng đài").click()
    await page.wait_for_function("() => Boolean(window.allow)")
    await page.wait_for_timeout(1000)
    await page.get_by_role("button", name="Kết thúc cuộc gọi").click()
    await page.evaluate("window.allow()")
    await page.wait_for_function("window.granted.getTracks().every((track) => track.readyState === 'ended')")
    await expect(page.get_by_role("status")).to_contain_text("Bác đã kết thúc cuộc gọi")
    assert not hotline.lines


async def test_a_double_click_does_not_hang_up(page: Page, hotline: Hotline) -> None:
    await page.get_by_role("button", name="Gọi tổng đài").click()
    await page.get_by_role("button", name="Kết thúc cuộc gọi").click(force=True, timeout=700)
    await expect(page.get_by_role("status")).to_have_text("Đã nối máy. Mời bác nói ạ.")


async def test_busy_is_explained(page: Page, hotline: Hotline) -> None:
    for _ in range(hotline.limit):
        other = await page.context.new_page()
        await other.goto(hotline.url)
        await other.get_by_role("button", name="Gọi tổng đài").click()
        await expect(other.get_by_role("status")).to_have_text("Đã nối máy. Mời bác nói ạ.")
    await page.get_by_role("button", name="Gọi tổng đài").click()
    await expect(page.get_by_role("alert")).to_contain_text("tất cả các đường dây đang bận")
    await expect(page.get_by_role("button", name="Gọi lại")).to_be_enabled()


async def test_a_hotline_that_is_away_is_explained(page: Page, hotline: Hotline) -> None:
    await page.route("**/webrtc/offer", lambda route: route.fulfill(status=502, body="Bad gateway"))
    await page.get_by_role("button", name="Gọi tổng đài").click()
    await expect(page.get_by_role("alert")).to_contain_text("chưa nối được tới tổng đài")


async def test_a_call_with_the_keyboard_alone(page: Page, hotline: Hotline) -> None:
    async def tab_to(name: str) -> None:
        for _ in range(40):
            await page.keyboard.press("Tab")
            focused: dict[str, Any] = await page.evaluate(
                """() => {
                  const at = document.activeElement, style = getComputedStyle(at);
                  const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
                  return { name: at.innerText || at.id, outline };
                }"""
            )
            if name in focused["name"]:
                assert focused["outline"] >= 2, f"{name}: focus cannot be seen"
                return
        raise AssertionError(f"{name}: not reached with the Tab key")

    await tab_to("Gọi tổng đài")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Đã nối máy. Mời bác nói ạ.")
    await tab_to("volume")
    await page.keyboard.press("ArrowLeft")
    assert await page.evaluate("document.getElementById('sound').volume") == pytest.approx(0.95)
    await tab_to("text")
    await page.keyboard.type("xin chao 12")  # digits in a text are text
    await page.keyboard.press("Enter")
    await tab_to("gặp nhân viên")
    await page.keyboard.press("Space")
    await page.keyboard.type("42")  # and on the keypad they are keys
    await until(lambda: len(hotline.keys) == 3)
    assert hotline.keys == ["0", "4", "2"]
    assert hotline.texts == ["xin chao 12"]
    await page.keyboard.press("Home")
    await page.evaluate("document.getElementById('status').focus()")
    await tab_to("Kết thúc cuộc gọi")
    await page.keyboard.press("Enter")
    await until(lambda: hotline.lines[0].ended)


CONTRASTS = """() => {
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (at) => {
    for (; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3) return colour;
      if (colour[3] > 0) throw new Error(`${at.id || at.className}: a translucent ground is not measured here`);
    }
    return rgb("rgb(255, 255, 255)");
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const seen = [...document.querySelectorAll("body *")].filter((at) => at.checkVisibility());
  const texts = seen
    .filter((at) => [...at.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((at) => ({ what: at.innerText.slice(0, 30), ratio: contrast(rgb(getComputedStyle(at).color), ground(at)) }));
  const inputs = seen.filter((at) => at.matches("input[name=text], .plain, #keypad button")).map((at) => ({
    what: `edge of ${at.id || at.innerText}`,
    ratio: 1.5 * contrast(rgb(getComputedStyle(at).borderTopColor), ground(at.parentElement)),  // 3 : 1 is enough
  }));
  const placeholder = document.querySelector("input[name=text]");
  const colour = rgb(getComputedStyle(placeholder, "::placeholder").color);
  return [...texts, ...inputs, { what: "placeholder", ratio: contrast(colour, ground(placeholder)) }];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_contrast(page: Page, hotline: Hotline, scheme: Any) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11, computed from the styles of all that can be seen."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    idle = await page.evaluate(CONTRASTS)
    await call(page, hotline)
    hotline.lines[0].show(Caption("caller", "Một câu của người gọi", True))
    hotline.lines[0].show(Caption("caller", "Một câu đang nói", False))
    await page.evaluate("document.getElementById('problem').hidden = false")
    await page.evaluate("document.getElementById('problem').textContent = 'Micrô'")
    await expect(page.locator("#partial")).to_contain_text("Một câu đang nói")
    measured = idle + await page.evaluate(CONTRASTS)
    assert len(measured) > 40
    assert [one for one in measured if one["ratio"] < 4.5] == []


@pytest.mark.parametrize("width", [320, 640, 1280])
async def test_nothing_scrolls_sideways(page: Page, hotline: Hotline, width: int) -> None:
    """320 pixels is a small telephone, and 640 pixels at 200 % zoom."""
    await page.set_viewport_size({"width": width, "height": 640})
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(sideways) == 0
    await call(page, hotline)
    hotline.lines[0].show(Caption("bot", "Mã hồ sơ của bác là H26.12.3-250101-0001-không-có-chỗ-ngắt-dòng-nào-ạ", True))
    await expect(page.get_by_role("log")).to_contain_text("ngắt-dòng")
    assert await page.evaluate(sideways) == 0
    cut = """() => [...document.querySelectorAll("button, p, li, h1, h2, small")]
      .filter((at) => at.checkVisibility() && at.scrollWidth > at.clientWidth + 1 && at.clientWidth > 0)
      .filter((at) => getComputedStyle(at).display !== "inline").map((at) => at.innerText)"""
    assert await page.evaluate(cut) == []


async def test_targets_are_large(page: Page, hotline: Hotline) -> None:
    await call(page, hotline)
    boxes = [await button.bounding_box() for button in await page.get_by_role("button").all()]
    assert len(boxes) == 14
    assert all(box and box["width"] >= 44 and box["height"] >= 44 for box in boxes)


async def test_files_are_served_closed_to_everything_else(hotline: Hotline) -> None:
    async with ClientSession() as session:
        for path in ("/", "/caller/page.js", "/caller/style.css"):
            async with session.get(hotline.url + path) as response:
                assert response.status == 200
                policy = response.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
        for path in ("/caller/", "/caller/nothing.js", "/caller/..%2f__init__.py", "/caller/index.html"):
            async with session.get(hotline.url + path) as response:
                assert response.status == 404
