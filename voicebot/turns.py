"""Turn-taking: who speaks when. A pure state machine: `step(event, now)` gives actions; no asyncio, no clock, no I/O.

The caller's speech is an *utterance*: it begins after a little voice, is decoded speculatively at the first silence,
and becomes a *turn* when the silence has lasted as long as what was asked and what was said call for. The dialogue owes
every turn a *reply*; deadlines see to it that the caller never waits in silence.
"""

from __future__ import annotations

from typing import Any, Literal

from voicebot import turn_actions as do
from voicebot import turn_events as on
from voicebot.audio import FRAME_SECONDS
from voicebot.expectation import Expectation
from voicebot.settings import TurnSettings
from voicebot.turn_state import CallerSpeech, OwedReply

VOICED, UNVOICED = 0.5, 0.35  # speech probability that begins and that keeps an utterance alive
RESUMES = 0.06  # s of voice after a pause before it counts as going on: one blip must not cost the caller half a second
PROBES = 0.3  # s of speech between two looks at whether the caller means to interrupt
UNCLEAR = 1.0  # s of speech without a word in it that deserve an answer
SOUND = 3.0  # s that we wait for our own voice before we take it that none will come
PAUSE = 1e-9  # counting by frames sums up rounding errors
GREETING = "chao_hoi"  # intent that opens a call
DIALOGUE_FAILED = "dialogue_failed"  # reason of a hand-over
KEYED = frozenset({Expectation.DIGITS, Expectation.CODE, Expectation.DATE})
PATIENT = KEYED | {Expectation.ADDRESS}


class TurnTaking:
    def __init__(self, settings: TurnSettings) -> None:
        self.expects = Expectation.OPEN
        self._settings = settings
        self._now = 0.0
        self._actions: list[do.Action] = []
        self._utterance: CallerSpeech | None = None
        self._reply: OwedReply | None = None
        self._run = 0.0  # s of voice that is not an utterance yet
        self._turn = self._decodes = self._silences = self._failures = 0
        self._speaking = self._ending = self._slow = self._reassured = False
        self._interruptible = True
        self._sound_due = 0.0  # until then our voice may still begin
        self._quiet_since = 0.0
        self._waiting_until: float | None = None
        self._keys = ""
        self._keyed_at = 0.0

    @property
    def caller_speaking(self) -> bool:
        return self._utterance is not None

    def step(self, event: on.TurnEvent, now: float) -> list[do.Action]:
        """What to do about `event`, in order. `now` never goes back."""
        self._now, self._actions = now, []
        self._take(event)
        self._watch_utterance()
        self._watch_reply()
        self._watch_keys()
        self._watch_silence()
        return self._actions

    def _take(self, event: on.TurnEvent) -> None:
        match event:
            case on.Voice(probability):
                self._voice(probability)
            case on.Tick():
                pass  # only time has passed
            case on.Decoded():
                self._decoded(event)
            case on.DecodeFailed(decode):
                self._decode_failed(decode)
            case on.Replied(turn, expects):
                self._replied(turn, expects)
            case on.ReplyEnded(turn, spoke):
                self._reply_ended(turn, spoke)
            case on.ReplyFailed(turn):
                self._reply_failed(turn)
            case on.SpeakingStarted(answer, interruptible):
                self._speaking_started(answer, interruptible)
            case on.SpeakingFinished():
                self._speaking_finished()
            case on.Keyed(key):
                self._keyed(key)
            case on.Wrote(text):
                self._silences = 0
                self._send("typed", text=text)
            case on.Opened():
                self._send("event", intent=GREETING)
            case on.AskedToWait():
                self._waiting_until, self._reassured = self._now + self._settings.wait, False
            case on.AskedToEnd():
                self._ending = True
            case on.Unreachable(reason):
                self._send("event", intent="gap_nhan_vien", khong_gap=reason)
            case on.Paced(slow):
                self._slow = slow

    @property
    def _factor(self) -> float:
        """Slow mode lengthens our patience too."""
        return self._settings.patience if self._slow else 1.0

    # The caller's voice

    def _voice(self, probability: float) -> None:
        if self._utterance is None:
            step = FRAME_SECONDS if probability >= VOICED else -FRAME_SECONDS
            self._run = max(0.0, self._run + step)
            if self._run >= self._settings.speech_start - PAUSE:
                self._begin()
        else:
            self._go_on(self._utterance, probability)

    def _begin(self) -> None:
        start, reply = self._now - self._run, self._reply
        if reply and reply.spoken and not reply.audible and start - reply.end < self._settings.filler:
            start = reply.start  # they had not finished after all: hear both parts as one
        self._utterance = CallerSpeech(start, self._now, self._run)
        self._run, self._waiting_until = 0.0, None

    def _go_on(self, utterance: CallerSpeech, probability: float) -> None:
        if probability < UNVOICED:
            utterance.resuming = 0.0
            return
        utterance.voiced += FRAME_SECONDS
        if self._now - utterance.last_voice >= self._settings.speculate:
            utterance.resuming += FRAME_SECONDS
            if utterance.resuming < RESUMES - PAUSE:
                return
        utterance.resuming, utterance.last_voice = 0.0, self._now

    def _watch_utterance(self) -> None:
        utterance, settings = self._utterance, self._settings
        if utterance is None:
            return
        silence = self._now - utterance.last_voice
        if self._speaking and not self._interruptible:  # they are heard out once we have been
            if self._decode_due(utterance, silence):
                self._decode(utterance)
        elif self._now - utterance.start >= settings.longest_utterance and utterance.heard:
            self._resolve(utterance, utterance.heard)
        elif (heard := utterance.up_to_date) and silence >= self._patience(heard):
            self._resolve(utterance, heard)
        elif silence >= settings.apology and heard is None:  # the recogniser does not answer
            self._drop(utterance)
            self._prompt("unheard")
        elif self._decode_due(utterance, silence):
            self._decode(utterance)

    def _decode_due(self, utterance: CallerSpeech, silence: float) -> bool:
        settings = self._settings
        if silence >= settings.speculate:
            return utterance.decode_upto != utterance.last_voice
        if utterance.decode is not None:
            return False
        if self._now - utterance.start >= settings.longest_utterance:
            return True
        if not (self._speaking and self._interruptible) or utterance.took_floor:
            return False
        if utterance.voiced < settings.barge_in + PROBES * utterance.probes - PAUSE:
            return False
        utterance.probes += 1
        return True

    def _decode(self, utterance: CallerSpeech) -> None:
        if utterance.decode is not None:
            self._actions.append(do.DropDecode(utterance.decode))
        self._decodes += 1
        utterance.decode, utterance.decode_upto = self._decodes, utterance.last_voice
        self._actions.append(do.Decode(self._decodes, utterance.start, self._now))

    def _decoded(self, event: on.Decoded) -> None:
        utterance = self._utterance
        if utterance is None or utterance.decode != event.decode:
            return
        utterance.decode = None
        utterance.heard, utterance.heard_upto = event, utterance.decode_upto
        if self._speaking and self._interruptible and not utterance.took_floor and self._takes_floor(utterance, event):
            utterance.took_floor = True
            self._stop_speaking(barge_in=True)

    def _takes_floor(self, utterance: CallerSpeech, heard: on.Decoded) -> bool:
        if heard.echo or heard.backchannel or not heard.transcript.spoken:
            return False
        enough = utterance.voiced >= self._settings.barge_in - PAUSE and len(heard.transcript.spoken.split()) >= 2
        return heard.command or enough

    def _decode_failed(self, decode: int) -> None:
        utterance = self._utterance
        if utterance is None or utterance.decode != decode:
            return
        self._drop(utterance)
        if not self._speaking:
            self._prompt("unheard")

    def _patience(self, heard: on.Decoded) -> float:
        """Seconds of silence that end the turn."""
        settings = self._settings
        if heard.closed:
            return self._factor * (settings.end_yes_no if self.expects is Expectation.YES_NO else settings.end_complete)
        if self.expects in PATIENT:
            return self._factor * settings.end_digits
        return self._factor * (settings.end_unsure if heard.closed is None else settings.end_incomplete)

    def _resolve(self, utterance: CallerSpeech, heard: on.Decoded) -> None:
        """The caller has stopped: that was a turn, or nothing."""
        thinking = self._reply is not None and not self._reply.audible
        if not heard.transcript.spoken or heard.echo:
            self._drop(utterance)
            if utterance.voiced >= UNCLEAR and not (heard.echo or self._speaking or thinking):
                self._send("event", intent="khong_ro")
        elif (self._speaking or thinking) and not utterance.took_floor and not self._counts_anyway(heard):
            self._drop(utterance)
        else:
            self._utterance = None
            self._open_turn(utterance.start, utterance.last_voice, spoken=True)
            keys, self._keys = self._keys, ""  # half keyed, half spoken: one answer
            self._actions.append(do.Commit(self._turn, heard.transcript, utterance.start, utterance.last_voice, keys))

    def _counts_anyway(self, heard: on.Decoded) -> bool:
        """Words over our own speech, or while the dialogue thinks, too short to interrupt but with a meaning."""
        return heard.command or (not heard.backchannel and (not self._speaking or heard.closed is True))

    def _drop(self, utterance: CallerSpeech) -> None:
        if utterance.decode is not None:
            self._actions.append(do.DropDecode(utterance.decode))
        self._utterance = None
        if self._reply and self._reply.held:
            self._reply.held = False
            self._speak(self._reply.turn)

    # Turns and replies

    def _open_turn(self, start: float, end: float, spoken: bool) -> None:
        if self._speaking:
            self._stop_speaking(barge_in=spoken)
        if self._utterance:
            if self._utterance.decode is not None:
                self._actions.append(do.DropDecode(self._utterance.decode))
            self._utterance = None
        if spoken:
            self._silences = 0
        self._turn += 1
        self._reply = OwedReply(self._turn, start, end, self._now, spoken)
        self._ending, self._waiting_until = False, None

    def _send(
        self, how: Literal["typed", "key", "event"], text: str = "", intent: str | None = None, **slots: Any
    ) -> None:
        unanswered = self._reply if self._reply and not (self._reply.audible or self._reply.filled) else None
        # A key or a line of text does not make a caller who waits for an answer wait anew.
        self._open_turn(self._now, unanswered.end if unanswered else self._now, spoken=False)
        self._actions.append(do.Send(self._turn, how, text, intent, slots))

    def _replied(self, turn: int, expects: Expectation) -> None:
        reply = self._reply
        if reply is None or turn != reply.turn:
            return
        self.expects, self._failures = expects, 0
        if self._utterance is None or reply.audible:
            self._speak(turn)
        else:
            reply.held = True

    def _reply_ended(self, turn: int, spoke: bool) -> None:
        reply = self._reply
        if reply is None or turn != reply.turn:
            return
        if not spoke or (reply.audible and not self._speaking):
            self._reply, self._quiet_since = None, self._now
        else:
            reply.ended = True

    def _reply_failed(self, turn: int) -> None:
        if self._reply is None or turn != self._reply.turn:
            return
        self._reply, self._quiet_since = None, self._now
        self._failures += 1
        if self._silences >= 3:
            self._prompt("silence_goodbye")
            self._ending = True
        elif self._failures >= 2:
            self._failures = 0
            self._actions.append(do.HandOver(DIALOGUE_FAILED))
        else:
            self._prompt("apology")

    def _watch_reply(self) -> None:
        reply, settings = self._reply, self._settings
        if reply is None or reply.audible or reply.held or self._speaking or self._utterance is not None:
            return
        waited, thought = self._now - reply.end, self._now - reply.since
        late = waited >= settings.apology
        if late and thought >= settings.filler:
            self._actions.append(do.GiveUp(reply.turn))
            self._reply_failed(reply.turn)
        elif not reply.filled and (late or (waited >= settings.filler and thought >= settings.filler / 2)):
            reply.filled = True
            self._prompt("filler")

    # Our own voice

    def _speak(self, turn: int) -> None:
        self._sound_due = self._now + SOUND
        self._actions.append(do.Speak(turn))

    def _prompt(self, name: do.PromptName) -> None:
        self._sound_due = self._now + SOUND
        self._actions.append(do.Prompt(name))

    def _stop_speaking(self, barge_in: bool) -> None:
        self._speaking, self._interruptible, self._sound_due = False, True, 0.0
        self._actions.append(do.StopSpeaking(barge_in))

    def _speaking_started(self, answer: bool, interruptible: bool) -> None:
        self._speaking, self._interruptible, self._sound_due = True, interruptible, 0.0
        if answer and self._reply:
            self._reply.audible = True

    def _speaking_finished(self) -> None:
        self._speaking, self._interruptible = False, True
        self._quiet_since = self._now
        if self._reply and self._reply.audible and self._reply.ended:
            self._reply = None

    # Silence

    def _watch_silence(self) -> None:
        settings = self._settings
        if self._turn == 0:  # the call has not opened: frames may come before we can be heard
            return
        if self._speaking or self._now < self._sound_due or self._reply or self._utterance or self._run or self._keys:
            return
        if self._ending:
            self._sound_due = float("inf")  # once
            self._actions.append(do.HangUp("goodbye" if self._silences < 3 else "no_input"))
        elif self._waiting_until is not None:
            self._watch_wait(self._waiting_until)
        elif self._now - self._quiet_since >= self._factor * (
            settings.no_input_again if self._silences else settings.no_input
        ):
            self._fall_silent()

    def _watch_wait(self, until: float) -> None:
        if self._now >= until:
            self._fall_silent()
        elif not self._reassured and self._now >= until - self._settings.wait / 2:
            self._reassured = True
            self._prompt("still_there")

    def _fall_silent(self) -> None:
        self._silences += 1
        if self._silences > 3:  # the dialogue should have said goodbye by now
            self._prompt("silence_goodbye")
            self._ending = True
        else:
            self._send("event", intent="im_lang", buoc=self._silences)

    # Keys

    def _keyed(self, key: str) -> None:
        self._quiet_since, self._silences, self._waiting_until = self._now, 0, None
        if key == "*":
            if self._speaking:
                self._stop_speaking(barge_in=True)
            self._actions.append(do.Repeat())
        elif key == "#":
            self._enter_keys()
        elif self.expects is Expectation.CHOICE and key in "123":
            self._send("key", text=key)
        elif self.expects in KEYED and key.isdigit():
            if self._speaking:
                self._stop_speaking(barge_in=True)
            self._keys, self._keyed_at = self._keys + key, self._now
        elif key == "0":
            self._call_person()
        elif key == "9":
            self._actions.append(do.SlowDown())
            if not (self._speaking or self._reply):  # what was too fast is over
                self._actions.append(do.Repeat())

    def _watch_keys(self) -> None:
        if self._keys and self._utterance is None and self._now - self._keyed_at >= 2 * self._settings.end_digits:
            self._enter_keys()

    def _enter_keys(self) -> None:
        keys, self._keys = self._keys, ""
        if keys == "0":  # no number is that short: the caller wants a person
            self._call_person()
        elif keys:
            self._send("key", text=keys)

    def _call_person(self) -> None:
        self._send("key", text="0", intent="gap_nhan_vien")
