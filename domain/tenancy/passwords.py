"""Which passwords may be chosen: as NIST SP 800-63B (revision 4, 3.1.1.2) has it, by length and by a list of what is guessed first.

Nothing is demanded of the characters. What is looked for is the whole password, however it is written: a word that
everybody tries, the account's own name, one piece repeated, a row of the keyboard.
"""

from __future__ import annotations

import re
import unicodedata

DEMO_PASSWORD = "Fengqiao-Demo-2026"  # noqa: S105 - a published sample password, printed by the demo
PUBLISHED = frozenset({DEMO_PASSWORD})
"""Passwords that anybody can read: whoever has one chooses another, except in the demo."""

# Characters: where the password is all that is asked, and where a second factor is asked too.
LEAST_ALONE, LEAST_WITH_SECOND_FACTOR = 15, 8
MOST = 1_000
# Characters that must be left when words that everybody tries, digits and marks are taken out.
LEAST_OWN = 5

# Tried first by whoever guesses, alone or put together; the names of this platform and of its sample place among them.
_WORDS = (
    "abcdefg", "access", "account", "admin", "administrator", "baseball", "changeme", "china", "computer", "default",
    "demo", "dragon", "fengqiao", "fengqiaodemo", "football", "guangdong", "guest", "haiyan", "hello", "iloveyou",
    "jiangmen", "letmein", "login", "manager", "master", "monkey", "password", "passwd", "princess", "qwerty", "root",
    "secret", "shadow", "sunshine", "superman", "system", "taishan", "temp", "test", "trustno", "user", "welcome",
    "whatever", "woaini", "zhongguo", "mima", "wangge", "tiaojie", "海宴", "台山", "枫桥", "密码", "管理员", "网格", "调解",
    "中国", "我爱你",
)  # fmt: skip
# The longest first, so that none is cut by a shorter one within it.
_TRIED = re.compile("|".join(sorted(map(re.escape, _WORDS), key=lambda word: (-len(word), word))))
# How letters are written to look clever.
_DISGUISED = str.maketrans("@4301!$57", "aaeoiisst")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_RUN = 4


def normalised(password: str) -> str:
    """The same text whatever keyboard wrote it."""
    return unicodedata.normalize("NFKC", password)


def refused_because(password: str, username: str, *, second_factor: bool) -> str | None:
    """Why an account may not have a password, in Chinese; None where it may."""
    password = normalised(password)
    least = LEAST_WITH_SECOND_FACTOR if second_factor else LEAST_ALONE
    if len(password) < least:
        return f"新密码至少{least}个字符"
    if len(password) > MOST:
        return f"新密码最多{MOST}个字符"
    if password in PUBLISHED or _own(password, username) < LEAST_OWN:
        return "新密码过于常见或容易猜到，请换用一个较长且只有您知道的短语"
    return None


def _own(password: str, username: str) -> int:
    """How many characters are left that are nobody's first guess."""
    text = password.casefold()
    names = [part for part in re.split(r"[\W_]+", username.casefold()) if len(part) >= 3]
    plain, disguised = text, text.translate(_DISGUISED)
    return min(_left(one, names) for one in (plain, disguised))


def _left(text: str, names: list[str]) -> int:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    text = _TRIED.sub(" ", text)
    text = "".join(_without_runs(piece) for piece in text.split())
    # Of one piece repeated, that piece counts.
    repeated = re.fullmatch(r"(.+?)\1+", text)
    kept = repeated.group(1) if repeated else text
    letters = re.sub(r"[\W\d_]+", "", kept)
    # Nothing but digits and marks is as good as its different characters are many.
    return len(set(letters)) if letters else len(set(kept)) // 2


def _without_runs(text: str) -> str:
    """The text without stretches of the alphabet, of digits or of the keyboard, either way round."""
    kept, place = [], 0
    while place < len(text):
        run = next(
            (
                size
                for size in range(len(text) - place, _RUN - 1, -1)
                if any(text[place : place + size] in row or text[place : place + size] in row[::-1] for row in _ROWS)
            ),
            0,
        )
        if run:
            place += run
        else:
            kept.append(text[place])
            place += 1
    return "".join(kept)
