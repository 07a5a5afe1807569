"""Letters lost to `?`, U+FFFD or look-alikes: channels explain the tokens, the context chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from vnclean.caches import cached_table, late_pattern
from vnclean.channels import priors_of
from vnclean.core.repairs import backed_lines, judged
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.identify import LanguageIdentifier
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.not_prose import Kind, find_spans
from vnclean.repair.half_repairs import may_leave_half, whole_words
from vnclean.repair.lossy.channel_model import ChannelModel, channel_model
from vnclean.repair.lossy.channel_posteriors import ChannelPosteriors, infer_channels
from vnclean.scan import ANY, clue
from vnclean.transform import Edit, apply_edits

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    import numpy.typing as npt

    from vnclean.repair.lossy.decoded_tokens import DecodedTokens

__all__ = [
    "BEFORE_LETTER",
    "INSIDE_SENTENCE",
    "LOST_LETTER",
    "Promise",
    "RestoredLetters",
    "cover",
    "find_lost_letters",
    "has_lost_letters",
    "repairs",
    "restore_lost_letters",
]

LOST_LETTER = frozenset("\ufffdÐð")
"""Characters that clean Vietnamese text hardly has, and damaged text has for a lost letter."""

BEFORE_LETTER = clue("lossy.before_letter", r"\?[^\W\d_]", (0, "[?]", r"[^\W\d_]", ANY))
"""A question mark before a letter: clean text hardly ever has it, damaged text always does."""

_SMALL = f"[a-z{''.join(sorted(filter(str.islower, MARKED_LETTERS)))}]"
_GOES_ON = rf"(?=,? {_SMALL}|[.;:](?!\S))"
INSIDE_SENTENCE = clue(
    "lossy.inside_sentence",
    rf"(?<=[^\W\d_])\?{_GOES_ON}",
    (0, "[?]", "[ ]", _SMALL), (0, "[?]", "[,]", "[ ]"), (0, "[?]", "[.;:]", ANY),
)  # fmt: skip
"""A question mark behind a letter where the sentence goes on or ends in another mark: seldom one
that is meant."""

_LOST = "".join(sorted(LOST_LETTER))
# The sign itself first, what stands around it behind that: so a search looks for signs only.
_AROUND_QUESTION = rf"(?=[^\W\d_])|{_GOES_ON}(?<=[^\W\d_]\?)"
_INSIDE = late_pattern(rf"\?(?<=[^\W\d_]\?){_GOES_ON}")
"""INSIDE_SENTENCE, searched for by its sign."""
_QUESTIONS = late_pattern(rf"\?(?:{_AROUND_QUESTION})")
_HINT = late_pattern(rf"[?{_LOST}](?:(?<=[{_LOST}])|{_AROUND_QUESTION})")

_DAMAGED = late_pattern(rf"\S*[?{_LOST}]\S*")
_CAPITALS = late_pattern(r"[^\W\d_]{2}")
_MARKED = late_pattern("[^\\W\x00-\x7f]|[\u0300-\u036f]")

_VIQR = late_pattern(r"[aeoAEO]\^['`?~.]?[^\W\d_\s]|[uoUO]\+['`?~.]?[a-zA-Z]|[aA]\(['`?~.]?[a-z]")
"""Quality marks of VIQR inside a word: co^ng, tru+o+c, na(m."""

_VIQR_SIGNS = ("^", "+", "a(", "A(")
"""One of these stands in every such word."""

_NO_LETTER = Kind.URL | Kind.EMAIL | Kind.QUERY | Kind.ASSIGNMENT | Kind.REGEX | Kind.GLOB
"""Where a question mark is no letter that was lost."""

_NO_LETTER_SIGNS = ("://", "www.", "@", "=", "(?", "\\?", "$?", "${", "*")
"""One of these stands in every place of these kinds."""

MIN_LOST_SHARE = 0.5
"""Share of the words of a text that have a question mark, from which letters may have been lost
where no word has a mark and none a question mark inside: of Vietnamese words three in four have a
mark, so that text is rather a search key, or was typed without marks."""

WIDEN_FROM_SHARE = 0.25
"""Share of hinted lines from which all lines are decoded: as many as half of the lines of a text
with blank lines in between."""

MAX_CLEAN_DECODED = 0.5
"""Probability that nothing is wrong up to which a line without damaged words is decoded."""

MAX_CLEAN = 0.02
"""The same up to which the channel of a line can be established."""

MAX_CLEAN_UNSUPPORTED = 0.001
"""The same where the line itself has no evidence, but lines like it MUCH_SUPPORT_WORDS."""

MANY_WORDS = 4
"""Distinct damaged words from which a line damaged throughout is evidence enough."""

MIN_WORDS = 2
"""Distinct damaged words from which a line can be evidence of its own: one may be a masked name."""

SUPPORT_WORDS = 6
"""Distinct damaged words in lines of the same channel from which they are evidence for a line."""

MUCH_SUPPORT_WORDS = 30
"""The same where the line itself has none."""

MAY_STAY_POSTERIOR = 0.02
"""A token whose own form has a smaller probability than this is certainly damaged."""

MAY_STAY_IN_SENTENCE = 0.1
"""The same in a sentence of which all is damaged."""

UNSEEN_SYLLABLE_FACTOR = 0.3
"""Share of right repairs at most where the best candidate is a syllable that no text has: the
word was rather a foreign one."""

MIN_EXPLAINED_SHARE = 0.75
"""Share of a line's damaged words that its channel explains at least: where two channels met in
one line, most repairs would be wrong."""

MIN_CAPITALS = 2
"""Pairs of letters from which a line of capitals is no abbreviation."""

SENTENCE_WORDS = 10
"""Words from which a line with MANY_WORDS damaged ones is as good as a sentence, however it ends:
from there on the share of right repairs is that of sentences."""

_SENTENCE_ENDS = (".", "!", "…", ";", ":", ",")
_BEHIND_END = " \t\r\"'”’)]»?"
"""What may stand behind the end of a sentence; `?` also where it is what is left of a quote."""

MAX_OWN_INSIDE = 1e-3
"""Posterior of a word with a real question mark inside a sentence, below which it is no such."""

MIN_THROUGHOUT = 0.99
"""Probability that all of a line is damaged, from which one word tells of the others."""

SURE_BESIDE_HOLE = 0.6
"""Confidence of a repair in a sentence that may stand beside a damaged word which is not mended:
of those below it, 36 in 100 were right."""

MIN_MEAN_POSTERIOR = 0.7
"""Mean confidence of the repairs in a line with little evidence, below which it is left alone."""


def has_lost_letters(text: str) -> bool:
    """Say whether letters may have been lost to marks or look-alikes.

    >>> has_lost_letters("Vi?t"), has_lost_letters("Sao thế? Ừ"), has_lost_letters("Ðông")
    (True, False, True)
    >>> has_lost_letters("lai xuat la gi? cach tinh ra sao")
    False
    """
    if any(map(text.__contains__, LOST_LETTER)):
        return True
    return "?" in text and _QUESTIONS.search(text) is not None and not _is_unmarked(text)


def _is_unmarked(text: str) -> bool:
    """Say whether question marks inside sentences are meant: no word has a mark, and most none."""
    return (
        "?" in text
        and _MARKED.search(text) is None  # first, for in most texts it is found at once
        and BEFORE_LETTER.pattern.search(text) is None
        and _INSIDE.search(text) is not None
        and text.count("?") < MIN_LOST_SHARE * len(text.split())
    )


class Promise(NamedTuple):
    """What decides whether a repair is made; see `Lossy`, which has the same three."""

    alone: float
    in_short_lines: float
    in_sentences: float


def find_lost_letters(text: str, promise: Promise) -> list[Edit]:
    """Return an edit for each damaged token of a text, sorted."""
    found = repairs(text, promise)
    return [] if found is None else list(found.edits())


def restore_lost_letters(text: str, promise: Promise) -> str:
    """Return the text with the edits of `find_lost_letters` that are certain enough."""
    found = repairs(text, promise)
    if found is None:
        return text
    restored = found.decoded.replaced(text, found.applied)
    if restored is text or not may_leave_half(text, restored):
        return restored
    whole = whole_words(text, list(found.edits()))
    return apply_edits(text, (edit for edit in whole if edit.applies(None)))


@cached_table
def _model() -> ChannelModel:
    return channel_model(tuple(priors_of("substitute")))


@cached_table
def _priors() -> tuple[float, ...]:
    return tuple(priors_of("substitute").values())


def repairs(text: str, promise: Promise) -> RestoredLetters | None:
    """Decode what damage may be in a text; None: there is none.

    Only the lines with a hint are decoded, all lines where a good part of them has one: there a
    line without a hint may be damaged too, but only suggestions come of it.
    """
    has_no_prose = _may_have_no_prose(text)
    document_lines = text.count("\n") + 1
    many = WIDEN_FROM_SHARE * document_lines
    hinted = _hinted_lines(text)
    if not has_no_prose:  # more than enough tell no more
        hinted = islice(hinted, ceil(many))
    lines = [(start, text[start:end]) for start, end in hinted]
    if has_no_prose:
        lines = [(start, _cover_no_prose(line)) for start, line in lines]
        lines = [(start, line) for start, line in lines if has_lost_letters(line)]
    if not lines:
        return None
    if len(lines) >= many:
        every = [
            " " * len(line) if "?" in line and _is_unmarked(line) else line
            for line in text.split("\n")
        ]
        starts = accumulate((len(line) + 1 for line in every), initial=0)
        lines = list(
            zip(starts, map(_cover_no_prose, every) if has_no_prose else every, strict=False)
        )
    posteriors = infer_channels(lines, document_lines, _model(), _priors())
    return _decode(_model(), text, lines, posteriors, promise)


def _may_have_no_prose(text: str) -> bool:
    """Say whether some line of a text may hold what is covered."""
    if any(map(text.__contains__, _NO_LETTER_SIGNS)):
        return True
    return any(map(text.__contains__, _VIQR_SIGNS)) and _VIQR.search(text) is not None


def _hinted_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line in which a letter may have been lost."""
    at = 0 if has_lost_letters(text) else len(text)  # two plain searches are faster than _HINT
    while (hint := _HINT.search(text, at)) is not None:
        start = text.rfind("\n", 0, hint.start()) + 1
        at = text.find("\n", hint.end())
        at = len(text) if at < 0 else at
        behind = text[hint.end() : hint.end() + 1]
        if hint[0] != "?" or behind.isalpha() or has_lost_letters(text[start:at]):
            yield start, at


def _cover_no_prose(line: str) -> str:
    """Cover addresses, regular expressions, or a line in VIQR, where a question mark is a tone."""
    if sum(1 for _ in islice(_VIQR.finditer(line), 2)) == 2:
        return " " * len(line)
    if not any(map(line.__contains__, _NO_LETTER_SIGNS)):
        return line
    return cover(line, ((span.start, span.end) for span in find_spans(line, _NO_LETTER)), "0")


def cover(text: str, spans: Iterable[tuple[int, int]], cover: str) -> str:
    """Return the text with some spans covered by a character, so that every offset stays."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], cover * (end - start)]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


class RestoredLetters(NamedTuple):
    """Decoded tokens, and by repair what decided on it.

    `posterior` of the decoder, `own` that of the token as it stands, `confidence` (measured),
    `kind` of place (number in `short_lines.KINDS`), `in_sentence` (such a line is judged as a
    whole), `applied`, `channel`.
    """

    decoded: DecodedTokens
    posterior: npt.NDArray[np.float64]
    own: npt.NDArray[np.float64]
    confidence: npt.NDArray[np.float64]
    kind: npt.NDArray[np.int64]
    in_sentence: npt.NDArray[np.bool_]
    applied: npt.NDArray[np.bool_]
    channel: npt.NDArray[np.int64]

    def edits(self) -> Iterator[Edit]:
        """Yield the edit of each repair, in their order."""
        rules = [f"lossy.{_model().channels[n]}" for n in self.channel.tolist()]
        return self.decoded.edits(rules, self.confidence, self.applied)


def _decode(
    model: ChannelModel,
    text: str,
    lines: Sequence[tuple[int, str]],
    posteriors: ChannelPosteriors,
    promise: Promise,
) -> RestoredLetters | None:
    """Decode the lines that may be damaged together; None: there are none."""
    import numpy as np

    from vnclean.repair.lossy import short_lines
    from vnclean.repair.lossy.decoded_tokens import DecodedTokens
    from vnclean.repair.lossy.document_words import document_favours
    from vnclean.repair.lossy.names import places_in_names

    found = [_has_inside(line) for _, line in lines]
    damaged = _may_be_damaged(posteriors)
    if any(found):
        damaged |= np.array(found)
    if not damaged.any():
        return None
    reading, mixtures = posteriors.reading, posteriors.mixtures
    line = reading.line
    chosen = damaged[line].nonzero()[0]
    of_chosen = line[chosen]
    words = np.array([line.count(" ") + 1 for _, line in lines])
    capitals = [_is_in_capitals(line) for _, line in lines]
    decoded = DecodedTokens(
        model, reading, chosen, posteriors.mixture[of_chosen], mixtures, True,
        document_favours(model, text), np.array(capitals)[of_chosen] if any(capitals) else None,
        words.sum() < SENTENCE_WORDS * len(lines),
        places_in_names(lines, reading.start)[chosen],
    )  # fmt: skip
    only_damage = decoded.are_damaged()
    established = _established(
        posteriors, line[decoded.token[only_damage]], decoded.posterior[only_damage]
    )
    posterior = decoded.posterior[decoded.repaired]
    of_repair = line[decoded.token[decoded.repaired]]
    own = decoded.own_posteriors()
    tells, in_sentence, kind, confidence, applied = judged(
        short_lines.measured(), of_repair, posterior,
        decoded.confidence(model.channels, posteriors.channel, line), own,
        only_damage[decoded.repaired], decoded.are_in_names(), decoded.are_unseen(),
        words=words, damaged_words=posteriors.words, clean=posteriors.clean,
        throughout=posteriors.throughout, explained=posteriors.explained, is_backed=established,
        ends=_end_as_sentences(lines, posteriors.words), sizes=short_lines.SIZES,
        least=short_lines.least(promise.alone),
        least_several=short_lines.least(promise.in_short_lines),
        in_sentences=promise.in_sentences, sentence_words=SENTENCE_WORDS, many_words=MANY_WORDS,
        may_stay=MAY_STAY_POSTERIOR, may_stay_in_sentence=MAY_STAY_IN_SENTENCE,
        max_own_inside=MAX_OWN_INSIDE, min_throughout=MIN_THROUGHOUT, max_clean=MAX_CLEAN,
        min_explained=MIN_EXPLAINED_SHARE, unseen_factor=UNSEEN_SYLLABLE_FACTOR,
    )  # fmt: skip
    # A word that may be whole is rather one of the language that the words beside it are of.
    applied &= only_damage[decoded.repaired] | ~decoded.are_between_foreign()
    places: dict[int, _Line] = {}
    for n in (applied & ~established[of_repair]).nonzero()[0].tolist():
        number = int(of_repair[n])
        start, line_text = lines[number]
        token = decoded.shown(n)
        applied[n] = tells[n] or (
            found[number]
            and own[n] < MAX_OWN_INSIDE
            and _goes_on(line_text, decoded.start(n) - start, token)
        )
        if applied[n]:
            if number not in places:  # a line is judged once, however many words it has
                places[number] = _line(line_text)
            applied[n] = _stands_in_prose(token, places[number])
    guessed = in_sentence & (confidence < SURE_BESIDE_HOLE)
    if (applied & guessed).any():
        # A blank lies between two words.
        beside = (np.diff(decoded.token) <= 2) & (np.diff(line[decoded.token]) == 0)
        _keep_from_holes(applied, guessed, only_damage, beside, decoded.repaired)
    return RestoredLetters(
        decoded, posterior, own, confidence, kind, in_sentence, applied,
        posteriors.channel[of_repair],
    )  # fmt: skip


def _has_inside(line: str) -> bool:
    return "?" in line and _INSIDE.search(line) is not None


def _keep_from_holes(
    applied: npt.NDArray[np.bool_],
    guessed: npt.NDArray[np.bool_],
    only_damage: npt.NDArray[np.bool_],
    beside: npt.NDArray[np.bool_],
    repaired: npt.NDArray[np.int64],
) -> None:
    """Take back what is `guessed` beside a damaged word that stays: it rests on what is not known.

    `applied` and `guessed` are of repairs, whose slots are `repaired`; `only_damage` of slots, and
    `beside` says of each but the last whether the next stands beside it.
    """
    import numpy as np

    while True:
        hole = only_damage.copy()
        hole[repaired[applied]] = False
        near = np.zeros(len(hole), bool)
        near[1:] |= hole[:-1] & beside
        near[:-1] |= hole[1:] & beside
        gone = applied & guessed & near[repaired]
        if not gone.any():
            return
        applied &= ~gone


def _is_in_capitals(line: str) -> bool:
    """Say whether a line is in capitals, as far as its letters tell, and has some."""
    return line.isupper() and len(_CAPITALS.findall(line)) >= MIN_CAPITALS


def _may_be_damaged(posteriors: ChannelPosteriors) -> npt.NDArray[Any]:
    """Say for each line whether a word in it, or many in lines like it, tell of damage."""
    like_others = posteriors.support >= SUPPORT_WORDS
    like_others &= posteriors.clean < MAX_CLEAN_DECODED
    damaged: npt.NDArray[Any] = (posteriors.words > 0) | like_others
    return damaged


def _end_as_sentences(
    lines: Sequence[tuple[int, str]], words: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Say for each line whether it ends as a sentence and several of its words are damaged.

    `words` (int64[lines]) are its distinct damaged words.
    """
    import numpy as np

    many = (words > MIN_WORDS).tolist()
    return np.array([
        is_many and _ends_as_sentence(line) for is_many, (_, line) in zip(many, lines, strict=True)
    ])  # fmt: skip


def _ends_as_sentence(line: str) -> bool:
    """Say whether a line ends in punctuation; a question mark is such behind a word in use."""
    shown = line.rstrip(_BEHIND_END)
    if shown.endswith(_SENTENCE_ENDS):
        return True
    return "?" in line[len(shown) :] and shown.split(" ")[-1].lower() in syllables_in_use()


def _goes_on(line: str, start: int, token: str) -> bool:
    """Say whether a token, no word without its question mark, ends in one inside a sentence."""
    return (
        token.endswith("?")
        and token.rstrip("?").lower() not in syllables_in_use()
        and INSIDE_SENTENCE.pattern.match(line, start + len(token) - 1) is not None
    )


class _Line(NamedTuple):
    """A line without what surrounds its words and its last sentence, and whether it is foreign."""

    words: str
    sentence: str
    foreign: bool


def _line(line: str) -> _Line:
    judged = LanguageIdentifier(_DAMAGED.sub("", line)).is_line_vietnamese(0)
    return _Line(line.strip(), line.rstrip(" .…"), judged is False)


def _stands_in_prose(token: str, line: _Line) -> bool:
    """Say whether a damaged word has other words around it to judge by, none of them foreign.

    What ends in U+FFFD at the end of a line was rather cut off there, with the rest of its word.
    """
    cut_off = token.endswith("\ufffd") and line.sentence.endswith(token)
    return line.words != token and not cut_off and not line.foreign


def _established(
    posteriors: ChannelPosteriors, line: npt.NDArray[Any], posterior: npt.NDArray[Any]
) -> npt.NDArray[np.bool_]:
    """Say for each line whether its channel is established: its words back each other.

    `line` and `posterior` are of the words that only damage explains. A few of them in a line that
    is otherwise in order may be a crossword or masked names: they must also make sense.
    """
    return backed_lines(
        line, posterior, posteriors.words, posteriors.support, posteriors.clean,
        posteriors.throughout, posteriors.explained, many_words=MANY_WORDS, min_words=MIN_WORDS,
        support_words=SUPPORT_WORDS, much_support=MUCH_SUPPORT_WORDS, min_mean=MIN_MEAN_POSTERIOR,
        max_clean=MAX_CLEAN, max_unsupported=MAX_CLEAN_UNSUPPORTED,
        min_explained=MIN_EXPLAINED_SHARE,
    )  # fmt: skip
