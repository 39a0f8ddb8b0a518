"""One call: ties a line to voice activity, recogniser, dialogue and player, and keeps the journal of it.

One task group owns everything; when `run` returns nothing is left running and the journal has the call's end.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from language import Completeness
from voicebot import events
from voicebot import turn_actions as do
from voicebot import turn_events as on
from voicebot.answers import Answers
from voicebot.audio import Frame
from voicebot.call_parts import CallParts
from voicebot.dialogue import CallerTurn, Command, DialogueFailed, Say, Understanding
from voicebot.hand_over import HandOver, Wanted
from voicebot.line import Caption, Digit, Heard, Line, Typed
from voicebot.line_clock import LineClock
from voicebot.memory import AudioMemory
from voicebot.player import Failed, Finished, Player, PlayerEvent, Started
from voicebot.recognition import RecognizerUnavailable, Transcript
from voicebot.tape import Tape
from voicebot.tongue import Tongue
from voicebot.turns import GREETING, TurnTaking
from voicebot.utterance import Utterance
from voicebot.vad import VoiceActivity

PRE_ROLL = 0.5  # s in front of detected speech that go to the recogniser: soft onsets are detected late
TICK = 0.1  # s; keeps the deadlines when no frames come


class Call:
    def __init__(self, line: Line, parts: CallParts) -> None:
        self._line, self._parts = line, parts
        self._wall = asyncio.get_running_loop().time
        self._called = self._wall()
        self._clock = LineClock(self._wall)
        self._started = self._clock()
        self._turns = TurnTaking(parts.turns)
        self._vad = VoiceActivity()
        self._memory = AudioMemory(parts.turns.longest_utterance + 5)
        self._tongue = parts.tongues[0]
        self._player = Player(self._tongue.voice, parts.synthesis, self._played)
        self._answers = Answers()
        folder = parts.recordings
        self._tape = Tape(folder / f"{line.info.call_id}.ogg" if folder else None, self._recording_failed)
        self._pending: deque[on.TurnEvent] = deque()
        self._opened = self._stepping = self._over = False
        self._greeting = 0  # the turn that greets, with the notice that the call is recorded
        self._decodes: dict[int, asyncio.Task[None]] = {}
        self._responding: asyncio.Task[None] | None = None
        self._hand_over = HandOver(line, parts.desk, self._note, self._prompt, self._step, self._spawn)
        self._events = self._utterances = 0
        self._prompted: dict[str, int] = {}
        self._outcome: Any = "abandoned"
        self._reason: str | None = None

    async def run(self) -> None:
        """Conducts the call until the line is down. Cancelling it ends the call."""
        info = self._line.info
        self._note(events.CallStarted, line=info.kind, caller=info.caller, called=info.called)
        try:
            async with asyncio.TaskGroup() as self._tasks:
                running = [self._spawn(self._player.run()), self._spawn(self._tick())]
                self._line.start(self._source)
                await self._listen()
                for task in [*running, *self._decodes.values(), self._responding]:
                    if task:
                        task.cancel()
        except BaseException:
            self._reason = self._reason or "failed"
            self._outcome = "failed"
            raise
        finally:
            await self._end()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._tasks.create_task(work)

    async def _listen(self) -> None:
        async for event in self._line.events():
            match event:
                case Heard(frame):
                    self._memory.append(frame, self._clock())
                    self._tape.hear(frame)
                    self._step(on.Voice(self._vad.feed(frame)))
                case Digit(key):
                    self._note(events.KeyPressed, key=key)
                    self._step(on.Keyed(key))
                case Typed(text):
                    self._step(on.Wrote(text))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._step(on.Tick())

    def _source(self) -> Frame | None:
        """The line's clock asks for 20 ms of us, the recording's time too. From the first time on we can be heard."""
        self._clock.pulled()
        if not self._opened:
            self._opened = True
            self._step(on.Opened())
        frame = self._player.source()
        self._tape.play(frame)
        return frame

    async def _end(self) -> None:
        self._over = True
        self._fall_silent()  # what was heard of it goes into the journal
        if recorded := await self._tape.close():
            name = f"{self._line.info.call_id}.ogg"
            self._note(events.RecordingSaved, path=name, seconds=round(recorded, 2))
        if self._hand_over.begun and self._outcome != "failed":
            self._outcome = "handed_over"
        reason = self._reason or ("handed_over" if self._hand_over.connected else self._line.ended) or "hung_up"
        seconds = self._wall() - self._called
        self._note(events.CallEnded, reason=reason, seconds=round(seconds, 2), outcome=self._outcome)

    # Turn-taking

    def _step(self, event: on.TurnEvent) -> None:
        """Lets turn-taking decide and does what it says; what that causes is taken up afterwards, in order."""
        self._pending.append(event)
        if self._stepping or self._over:
            return
        self._stepping = True
        try:
            while self._pending:
                for action in self._turns.step(self._pending.popleft(), self._clock()):
                    self._perform(action)
        finally:
            self._stepping = False

    def _perform(self, action: do.Action) -> None:
        match action:
            case do.Decode(decode, start, end):
                audio = self._memory.between(start - PRE_ROLL, end)
                self._decodes[decode] = self._spawn(self._recognise(decode, audio, end))
            case do.DropDecode(decode):
                if task := self._decodes.pop(decode, None):
                    task.cancel()
            case do.Commit():
                self._commit(action)
            case do.Send():
                self._send(action)
            case do.Speak(turn):
                for say in self._answers.release(turn):
                    self._say(say, turn)
            case do.StopSpeaking(barge_in):
                if barge_in:
                    self._note(events.Interrupted, turn=self._answers.turn)
                self._fall_silent()
            case do.Prompt(name):
                self._prompt(name)
            case do.GiveUp(turn):
                self._note(events.PartFailed, part="dialogue", error=f"no reply to turn {turn} in time")
                self._forget_reply()
            case do.Repeat():
                self._repeat()
            case do.SlowDown():
                self._slow_down()
            case do.HandOver(reason):
                self._hand_over.without_dialogue(reason)
            case do.HangUp(reason):
                self._reason = reason
                self._spawn(self._line.hang_up())

    # Listening

    async def _recognise(self, decode: int, audio: Any, end: float) -> None:
        try:
            assert self._tongue.recognizer  # see _switch
            transcript = await self._tongue.recognizer.transcribe(audio, self._turns.expects)
        except RecognizerUnavailable as error:
            self._note(events.PartFailed, part="recognition", error=str(error))
            self._step(on.DecodeFailed(decode))
        else:
            self._answers.decoded_at = self._clock()
            if transcript.text:
                self._line.show(Caption("caller", transcript.text, final=False))
            self._step(self._judge(decode, transcript, end))
        finally:
            self._decodes.pop(decode, None)

    def _judge(self, decode: int, transcript: Transcript, end: float) -> on.Decoded:
        """What the language says of these words, heard until `end`."""
        spoken, words = transcript.spoken, self._tongue.words
        closed = {Completeness.COMPLETE: True, Completeness.INCOMPLETE: False}
        return on.Decoded(
            decode,
            transcript,
            closed=closed.get(words.completeness(spoken, self._turns.expects)),
            backchannel=words.is_backchannel(spoken),
            command=words.is_command(spoken),
            echo=self._answers.echoes(spoken, end, words),
        )

    def _commit(self, action: do.Commit) -> None:
        heard = action.transcript
        text, spoken = (f"{action.keys} {words}".strip() for words in (heard.text, heard.spoken))
        self._line.show(Caption("caller", text, final=True))
        self._note(
            events.CallerSaid,
            turn=action.turn,
            how="voice",
            text=text,
            spoken=spoken,
            confidence=heard.confidence,
            alternatives=[h.text for h in heard.alternatives],
            language=heard.language,
            turn_over=heard.turn_over,
            audio_start=round(action.start - self._started, 3),
            audio_end=round(action.end - self._started, 3),
        )
        self._ask(
            self._turn(action.turn, text, spoken=spoken, confidence=heard.confidence,
                       alternatives=[h.spoken for h in heard.alternatives], heard_language=heard.language),
            action.end,
        )  # fmt: skip

    def _send(self, action: do.Send) -> None:
        if action.how == "typed":
            self._line.show(Caption("caller", action.text, final=True))
        if action.intent == GREETING:
            self._greeting = action.turn
        said = action.text or f"/{action.intent}"
        self._note(events.CallerSaid, turn=action.turn, how=action.how, text=said)
        self._ask(self._turn(action.turn, action.text, intent=action.intent, slots=action.slots), self._clock())

    def _turn(self, number: int, text: str, **more: Any) -> CallerTurn:
        info = self._line.info
        return CallerTurn(
            info.call_id, number, text, language=self._tongue.code, caller=info.caller, channel=info.kind,
            languages=[tongue.code for tongue in self._parts.tongues if tongue.recognizer], **more,
        )  # fmt: skip

    # Answering

    def _ask(self, turn: CallerTurn, asked_at: float) -> None:
        self._forget_reply()
        self._hand_over.wanted = None
        self._answers.open(turn.number, asked_at, self._clock())
        self._responding = self._spawn(self._respond(turn))

    def _forget_reply(self) -> None:
        if self._responding:
            self._responding.cancel()
        self._answers.drop()

    async def _respond(self, turn: CallerTurn) -> None:
        spoke = False
        try:
            async with contextlib.aclosing(self._parts.dialogue.respond(turn)) as messages:
                async for message in messages:
                    match message:
                        case Say():
                            spoke = True
                            self._answers.hold(message, self._clock())
                            self._step(on.Replied(turn.number, message.expects))
                        case Command():
                            spoke = self._obey(message) or spoke
                        case Understanding():
                            self._understood(turn, message)
        except DialogueFailed as error:
            self._note(events.PartFailed, part="dialogue", error=str(error))
            self._step(on.ReplyFailed(turn.number))
        else:
            self._step(on.ReplyEnded(turn.number, spoke))
            self._hand_over_once_told()

    def _understood(self, turn: CallerTurn, message: Understanding) -> None:
        self._note(
            events.TurnUnderstood,
            turn=turn.number,
            intent=message.intent,
            confidence=message.confidence,
            procedure=message.procedure,
            aspect=message.aspect,
            candidates=[dict(c) for c in message.candidates],
            actions=[dict(a) for a in message.actions],
        )
        if turn.intent is None and self._outcome == "abandoned":
            self._outcome = "answered"
        if message.handover and self._hand_over.wanted is None:
            self._outcome = "handed_over"
            tickets = [str(a["result"]) for a in message.actions if a.get("name") == "ticket"]
            self._note(
                events.HandedOver, reason=message.intent, result="ticket", ticket=tickets[-1] if tickets else None
            )

    def _obey(self, command: Command) -> bool:
        """Does what the dialogue wants done; whether that is something to hear."""
        match command.name:
            case "repeat":
                return self._repeat()
            case "slower":
                self._slow_down()
            case "louder":
                self._player.manner = replace(self._player.manner, loud=True)
            case "wait":
                self._step(on.AskedToWait())
            case "hang_up":
                self._step(on.AskedToEnd())
            case "hand_over":
                wanted = (str(command.arguments.get(name) or "") for name in ("reason", "summary", "target"))
                self._hand_over.wanted = Wanted(*wanted)
            case "language":
                self._switch(str(command.arguments.get("code")))
            case "stop_recording":
                self._tape.refuse()
                self._spawn(self._tape.delete())
                self._note(events.RecordingRefused)
        return False

    def _switch(self, code: str) -> None:
        """Goes on in another language, if this call has it."""
        tongue = self._tongue_of(code)
        if tongue.recognizer:
            self._tongue, self._player.voice = tongue, tongue.voice

    def _tongue_of(self, code: str | None) -> Tongue:
        return next((tongue for tongue in self._parts.tongues if tongue.code == code), self._tongue)

    def _say(self, say: Say, turn: int) -> None:
        self._utterances += 1
        name = f"{turn}.{self._utterances}"
        language = say.language or self._tongue.code
        self._speak(Utterance(name, say.text, say.speech, say.interruptible, turn, say.source, language))

    def _speak(self, utterance: Utterance) -> None:
        self._player.say(utterance, self._tongue_of(utterance.language).voice)

    def _prompt(self, name: str, **values: str) -> None:
        """One of the line's own sentences, another wording each time."""
        wordings = self._tongue.prompts[name]
        count = self._prompted.get(name, 0)
        self._prompted[name] = count + 1
        self._player.say(Utterance(f"{name}.{count}", wordings[count % len(wordings)].format(**values)))

    def _repeat(self) -> bool:
        """Says again what the caller has really heard of the last answer; slowly when that was not enough either."""
        if self._answers.repeats:
            self._slow_down()
        again = self._answers.again()
        for utterance in again:
            self._speak(utterance)
        return bool(again)

    def _slow_down(self) -> None:
        self._player.manner = replace(self._player.manner, slow=True)
        self._step(on.Paced(slow=True))

    def _played(self, event: PlayerEvent) -> None:
        match event:
            case Started(utterance):
                answer = utterance.turn > 0
                self._line.show(Caption("bot", utterance.text, final=True))
                if stages := self._answers.started(utterance, self._clock()):
                    self._note(events.TurnMeasured, turn=utterance.turn, stages=stages)
                self._step(on.SpeakingStarted(answer, utterance.interruptible))
            case Finished(utterance, played, complete):
                self._note(
                    events.BotSaid, turn=utterance.turn, answer=utterance.text, played=played, complete=complete,
                    source=dict(utterance.source) if utterance.source else None,
                    audio_start=round((self._answers.began if played else self._clock()) - self._started, 3),
                    audio_end=round(self._clock() - self._started, 3),
                )  # fmt: skip
                if complete and not utterance.interruptible and utterance.turn == self._greeting:
                    self._tape.keep()  # the caller knows that it is recorded, and how to refuse
                if not self._player.speaking:
                    self._answers.silent_since = self._clock()
                    self._step(on.SpeakingFinished())
                    self._hand_over_once_told()
            case Failed(_, error):
                self._note(events.PartFailed, part="synthesis", error=error)

    def _fall_silent(self) -> None:
        """What was cut off has not been told: a hand-over goes on waiting."""
        wanted, self._hand_over.wanted = self._hand_over.wanted, None
        self._player.flush()
        self._hand_over.wanted = wanted

    def _hand_over_once_told(self) -> None:
        if not self._player.speaking and not self._answers.held:
            self._hand_over.told()

    def _recording_failed(self, error: str) -> None:
        self._note(events.PartFailed, part="recording", error=error)

    def _note(self, kind: type[Any], **fields: Any) -> None:
        self._parts.journal.append(kind(call_id=self._line.info.call_id, number=self._events, **fields))
        self._events += 1
