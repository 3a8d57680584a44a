"""Telex and VNI keystrokes that no input method caught: "cos mawtj", "co1 ma85t"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_CIRCUMFLEX, _HORN, _BREVE = "\u0302", "\u031b", "\u0306"
_TELEX = re.compile(r"[a-z]+")
_VNI = re.compile(r"[a-z]+[1-9][a-z1-9]*")


@lru_cache(maxsize=4096)
def telex(word: str) -> str:
    """What these Telex keys spell; the word itself where they spell nothing else."""
    if not _TELEX.fullmatch(word):
        return word
    tone, letters = "", ""
    for at, letter in enumerate(word):
        vowels = any(one in "aeiouyw" for one in letters)
        if letter in _TELEX_TONES and vowels and not tone and at:
            tone = _TELEX_TONES[letter]
        else:
            letters += letter
    return _built(*_telex_letters(letters), tone)


def _telex_letters(letters: str) -> tuple[str, str, bool]:
    """Bare letters, the mark of the vowel and whether d is đ."""
    barred = letters.startswith("d") and letters.count("d") > 1
    if barred:
        letters = "d" + letters.replace("d", "")
    letters = re.sub("^([^aou]*?)w", r"\1uw", letters)  # "tw" is "tư"; but "toiws", "dduwowcj"
    mark = ""
    if "w" in letters:
        mark = _BREVE if "a" in letters and "u" not in letters and "o" not in letters else _HORN
        letters = letters.replace("w", "") or letters
    for vowel in "aeo":
        if letters.count(vowel) > 1:
            first = letters.index(vowel)
            letters = letters[: first + 1] + letters[first + 1 :].replace(vowel, "")
            mark = f"{_CIRCUMFLEX}{vowel}"
    return letters, mark, barred


@lru_cache(maxsize=4096)
def vni(word: str) -> str:
    """What these VNI keys spell; the word itself where they spell nothing else."""
    if not _VNI.fullmatch(word):
        return word
    letters = re.sub(r"\d", "", word)
    digits = re.sub(r"\D", "", word)
    mark = ""
    for digit, sign in (("6", _CIRCUMFLEX), ("7", _HORN), ("8", _BREVE)):
        if digit in digits:
            mark = sign
    if mark == _CIRCUMFLEX:
        mark += next((vowel for vowel in "eao" if vowel in letters), "")
    tone = next((sign for digit, sign in _VNI_TONES.items() if digit in digits), "")
    return _built(letters, mark, "9" in digits, tone)


def _built(letters: str, mark: str, barred: bool, tone: str) -> str:
    if mark.startswith(_CIRCUMFLEX):
        letters = letters.replace(mark[1:], f"{mark[1:]}{_CIRCUMFLEX}", 1)
    elif mark == _BREVE:
        letters = letters.replace("a", f"a{_BREVE}", 1)
    elif mark == _HORN:
        at = letters.find("uo")
        if at >= 0:
            letters = f"{letters[:at]}u{_HORN}o{_HORN}{letters[at + 2 :]}"
        else:
            letters = re.sub("[uo]", lambda vowel: f"{vowel[0]}{_HORN}", letters, count=1)
    if tone:
        letters = _toned(letters, tone)
    if barred:
        letters = letters.replace("d", "đ", 1)
    return unicodedata.normalize("NFC", letters)


def _toned(letters: str, tone: str) -> str:
    """The tone on its vowel by the old rule: on a marked vowel, else by the end of the word."""
    parts = re.findall(f"[a-z][{_CIRCUMFLEX}{_HORN}{_BREVE}]*", letters)
    vowels = [at for at, part in enumerate(parts) if part[0] in "aeiouy"]
    if len(vowels) > 1 and parts[0] + parts[1][:1] in {"qu", "gi"} and vowels[0] == 1:
        vowels = vowels[1:]
    if not vowels:
        return letters
    marked = [at for at in vowels if len(parts[at]) > 1]
    closed = vowels[-1] < len(parts) - 1
    place = marked[-1] if marked else vowels[-1] if closed or len(vowels) == 1 else vowels[-2]
    parts[place] += tone
    return "".join(parts)
