"""The commands of `voicebot`, by subject; `hotline.cli` puts them together."""
