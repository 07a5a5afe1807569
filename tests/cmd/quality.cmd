# Signals of quality, and conditions over them.
$ vnclean clean lines.txt --lines --config steps.toml --min-quality "syllables >= 2"
> hiệu quả
> hòa bình\
! 2 records of 4 did not meet --min-quality.
= 0
$ vnclean clean posts.jsonl -o out.jsonl --rejects rejects.jsonl --config steps.toml --min-quality "not repaired > 10%"
! 1 record of 2 did not meet --min-quality (kept in rejects.jsonl).
= 0
$ cat out.jsonl
>
> {"id": 2, "body": {"vi": "nền hoà bình"}, "text": "sạch"}
= 0
$ cat rejects.jsonl
> {"file": "posts.jsonl", "line": 1, "reason": "quality: repaired is 0.333, wanted not > 0.1", "encoding": "utf-8", "raw": "{\"id\": 1, \"text\": \"hiệu qủa \\\"thật\\\" và hiệu qủa\", \"n\": 1e999}"}
= 0
$ vnclean clean clean.txt --min-quality "speled > 1"
! Error: The condition can't be read: there is no signal 'speled' (did you mean 'spellable'?), at character 1.
!   speled > 1
!   ^
! Write comparisons of signals with numbers, joined by and, or, not and parentheses: "spellable >= 0.8 and perplexity < 500".
! Signals: characters, syllables, syllable_length, lines, spellable, marked, stop_words, perplexity, symbols, digits, capitals, sentence_lines, bullet_lines, ellipsis_lines, repeated_lines, top_pair, repeated_runs, damaged, repaired, furniture; those of the text as it came begin with 'before.', such as before.spellable.
= 2
$ vnclean clean clean.txt --min-quality "spellable > 1 and"
! Error: The condition can't be read: a signal must stand here, not 'the end', at character 18.
!   spellable > 1 and
!                    ^
! Write comparisons of signals with numbers, joined by and, or, not and parentheses: "spellable >= 0.8 and perplexity < 500".
= 2
$ vnclean clean clean.txt --signals
! Usage: vnclean clean [OPTIONS] [INPUT]...
! Try 'vnclean clean --help' for help.
!
! Error: --signals adds a field to JSON lines; clean.txt has none.
= 2
$ vnclean clean clean.txt --in-place --min-quality "marked > 0"
! Usage: vnclean clean [OPTIONS] [INPUT]...
! Try 'vnclean clean --help' for help.
!
! Error: --min-quality leaves records out: give -o OUT, not --in-place.
= 2
$ vnclean list signals
> characters       Characters, blanks included.
> syllables        Runs of letters.
> syllable_length  Letters per syllable, on average; 3.2 to 3.8 in Vietnamese.
> lines            Lines that are not blank.
> spellable        Share of the syllables that Vietnamese spelling allows.
> marked           Share of the letters that bear a mark, đ among them; 0.22 to 0.33 in Vietnamese.
> stop_words       Share of the syllables that are frequent function words.
> perplexity       Perplexity per syllable of the language model that ships; infinite without syllables.
> symbols          Share of the characters but blanks that are no letter, digit or common punctuation.
> digits           Share of the characters but blanks that are digits.
> capitals         Share of the letters that are upper case.
> sentence_lines   Share of the lines that end with punctuation.
> bullet_lines     Share of the lines that begin with the sign of a list.
> ellipsis_lines   Share of the lines that break off with dots.
> repeated_lines   Share of the characters in lines that stood in the text before.
> top_pair         Share of the syllables in the most frequent pair of syllables.
> repeated_runs    Share of the syllables in runs of eight that stood in the text before.
> damaged          Share of the words of the original that are damaged, mended or not; and U+FFFD left.
> repaired         Share of the words of the original that an edit changed, furniture left out.
> furniture        Share of the characters of the original that were taken away as furniture of a page.
= 0
