"""Speech recognition: words in a stretch of audio, by a model in worker processes or in this one."""

from voicebot.recognition.files import load_audio
from voicebot.recognition.model import Model, ModelNotLoaded, load_model
from voicebot.recognition.pool import RecognizerPool
from voicebot.recognition.recognizer import Hypothesis, Recognizer, RecognizerUnavailable, Transcript

__all__ = [
    "Hypothesis",
    "Model",
    "ModelNotLoaded",
    "Recognizer",
    "RecognizerPool",
    "RecognizerUnavailable",
    "Transcript",
    "load_audio",
    "load_model",
]
