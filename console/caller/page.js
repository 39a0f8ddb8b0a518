// The caller's page: buttons, words and captions around one Call at a time.

import { Call } from "./call.js";
import { watchLevel } from "./levels.js";

const SAY = {
  permission: "Trình duyệt đang hỏi về micrô, bác chọn “Cho phép” ạ.",
  connecting: "Dạ, em đang nối máy, bác chờ một chút ạ…",
  speak: "Đã nối máy. Mời bác nói ạ.",
  type: "Đã nối máy. Mời bác gõ câu hỏi ạ.",
  weak: "Đường truyền đang yếu, bác chờ em một chút ạ…",
  hung_up: "Bác đã kết thúc cuộc gọi. Em chào bác ạ.",
  hotline_hung_up: "Cuộc gọi đã kết thúc. Em cảm ơn bác ạ.",
  failed: "Chưa gọi được ạ.",
  lost: "Cuộc gọi bị ngắt giữa chừng.",
};
const PROBLEM = {
  busy: "Dạ, hiện tất cả các đường dây đang bận. Mong bác gọi lại sau ít phút ạ.",
  unreachable: "Dạ, em chưa nối được tới tổng đài. Bác kiểm tra mạng rồi bấm “Gọi lại” giúp em ạ.",
  lost: "Dạ, đường truyền bị mất. Bác kiểm tra mạng rồi bấm “Gọi lại” giúp em ạ.",
  NotAllowedError: "Bác chưa cho phép dùng micrô nên em chưa nghe được bác. Bác vẫn nghe em nói và gõ chữ ở ô bên dưới ạ.",
  NotFoundError: "Máy của bác chưa có micrô. Bác vẫn nghe em nói và gõ chữ ở ô bên dưới ạ.",
  microphone: "Em chưa dùng được micrô của bác. Bác vẫn nghe em nói và gõ chữ ở ô bên dưới ạ.",
};
const SPEAKER = { caller: "Bác", bot: "Tổng đài" };
const AUDIBLE = -50; // dB
const SPEAKING = 600; // ms that a pause within speech may last
const DOUBLE_CLICK = 800; // ms in which a second click on the button that took the place of the first is a slip

const $ = (id) => document.getElementById(id);

let call = null;
let microphone = null;
let sounds = null; // AudioContext while in a call
let calledAt = 0;

$("call").addEventListener("click", () => start(true));
$("call-typing").addEventListener("click", () => start(false));
$("hang-up").addEventListener("click", ({ detail }) => {
  const byKeyboard = detail === 0;
  if (byKeyboard || performance.now() - calledAt > DOUBLE_CLICK) call?.hangUp();
});
$("volume").addEventListener("input", ({ target }) => ($("sound").volume = target.value / 100));
$("keypad").addEventListener("click", ({ target }) => press(target.closest("button")));
$("keypad").addEventListener("keydown", ({ key, repeat }) => repeat || press(buttonOf(key)));
$("typing").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (text) call?.write(text);
  $("text").value = "";
});
addEventListener("pagehide", () => call?.hangUp());

async function start(speaking) {
  if (call) return;
  const mine = (call = new Call());
  calledAt = performance.now();
  clear();
  show("calling", SAY.connecting);
  $("status").focus();
  sounds = new AudioContext();
  listenTo(mine);
  const granted = speaking ? await askForMicrophone(mine) : null;
  if (call !== mine) return release(granted); // hung up meanwhile
  microphone = granted;
  try {
    await mine.connect(microphone);
  } catch (error) {
    if (call === mine) fail(error.reason ?? "unreachable", error.message);
  }
}

function listenTo(mine) {
  mine.addEventListener("connected", () => connected(mine));
  mine.addEventListener("caption", ({ detail }) => caption(detail));
  mine.addEventListener("weak", () => say(SAY.weak));
  mine.addEventListener("strong", () => say(invitation()));
  mine.addEventListener("ended", ({ detail }) => (detail.reason === "lost" ? fail("lost") : finish(SAY[detail.reason])));
}

async function askForMicrophone(mine) {
  say(SAY.permission);
  try {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    if (call === mine) warn(PROBLEM[error.name] ?? PROBLEM.microphone); // also where the page came without https
    return null;
  } finally {
    if (call === mine) say(SAY.connecting);
  }
}

function connected(mine) {
  say(invitation());
  $("sound").srcObject = mine.sound;
  let heard = -Infinity;
  watchLevel(sounds, mine.sound, (level) => {
    if (level > AUDIBLE) heard = performance.now();
    const botSpeaks = performance.now() - heard < SPEAKING;
    $("turn").textContent = botSpeaks ? "Tổng đài đang nói" : microphone ? "Em đang nghe bác" : "Em đang chờ bác gõ";
    $("voice").dataset.speaker = botSpeaks ? "bot" : "caller";
    if (botSpeaks || !microphone) showLevel(level);
  });
  if (microphone) {
    watchLevel(sounds, microphone, (level) => $("voice").dataset.speaker === "caller" && showLevel(level));
  }
}

const invitation = () => (microphone ? SAY.speak : SAY.type);

function showLevel(level) {
  $("level").style.transform = `scaleX(${Math.min(1, Math.max(0, (level + 60) / 50)).toFixed(2)})`;
}

function caption({ speaker, text, final }) {
  const words = Object.assign(document.createElement("span"), { textContent: text });
  const who = Object.assign(document.createElement("strong"), { textContent: SPEAKER[speaker] });
  if (final) {
    const line = document.createElement("li");
    line.className = speaker;
    line.append(who, " ", words);
    $("captions").append(line);
    $("partial").replaceChildren();
  } else {
    $("partial").replaceChildren(who, " ", words, " …");
  }
  $("captions").scrollTop = $("captions").scrollHeight;
}

const buttonOf = (key) => $("keypad").querySelector(`[data-key="${CSS.escape(key)}"]`);

function press(button) {
  if (!button) return;
  call?.press(button.dataset.key);
  button.classList.add("pressed");
  setTimeout(() => button.classList.remove("pressed"), 200);
}

function fail(reason, message) {
  finish(reason === "lost" ? SAY.lost : SAY.failed);
  warn(message || PROBLEM[reason]);
}

function finish(words) {
  call = null;
  release(microphone);
  microphone = null;
  sounds?.close();
  sounds = null;
  $("sound").srcObject = null;
  $("partial").replaceChildren();
  $("problem").hidden = true;
  $("call-label").textContent = "Gọi lại";
  show("idle", words);
  $("call").focus();
}

function release(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

function clear() {
  $("captions").replaceChildren();
  $("problem").hidden = true;
  $("turn").textContent = "Đang nối máy";
}

function show(state, words) {
  document.body.dataset.state = state;
  say(words);
}

function say(words) {
  if ($("status").textContent !== words) $("status").textContent = words;
}

function warn(words) {
  $("problem").textContent = words;
  $("problem").hidden = false;
}
