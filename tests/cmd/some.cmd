# Some of the records, a dry run, and figures.
$ vnclean clean lines.txt --lines --config steps.toml --limit 1
> hiệu quả
= 0
$ vnclean clean table.csv --config steps.toml --sample 1
> id;text\r
> 2;sạch\r
= 0
$ vnclean clean crawl posts.jsonl --config steps.toml --dry-run 2>&1 | sed 's/in [0-9.]* s, .*/in TIME/'
> Looked at 3 files: 2 of 4 texts would change (0.0 MB in TIME
> Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it).
= 0
$ vnclean clean posts.jsonl -o out.jsonl --config steps.toml --sample 1 --resume
! Usage: vnclean clean [OPTIONS] [INPUT]...
! Try 'vnclean clean --help' for help.
!
! Error: --limit and --sample need a fresh output: -o OUT or --dry-run.
= 2
$ vnclean stats posts.jsonl --config steps.toml | grep -v MB/s
> files                                1
> records                              2
> texts                                2
> changed                              1
> rejected                             0
> bytes                              139
> characters                          31
> syllables                            7
>
> steps                            texts
> misplaced_tone                       1
>
> rules                            edits
> tone.misplaced                       2
>
> signals                            5 %          25 %          50 %          75 %          95 %
> characters                           4             4             4             4             4
> syllables                            1             1             1             1             1
> syllable_length                  3.333         3.333         3.333         3.333         3.333
> lines                                1             1             1             1             1
> spellable                        1.000         1.000         1.000         1.000         1.000
> marked                           0.250         0.250         0.250         0.250         0.250
> stop_words                       0.000         0.000         0.000         0.000         0.000
> perplexity                         137           137           137           137           137
> symbols                          0.000         0.000         0.000         0.000         0.000
> digits                           0.000         0.000         0.000         0.000         0.000
> capitals                         0.000         0.000         0.000         0.000         0.000
> sentence_lines                   0.000         0.000         0.000         0.000         0.000
> bullet_lines                     0.000         0.000         0.000         0.000         0.000
> ellipsis_lines                   0.000         0.000         0.000         0.000         0.000
> repeated_lines                   0.000         0.000         0.000         0.000         0.000
> top_pair                         0.000         0.000         0.000         0.000         0.000
> repeated_runs                    0.000         0.000         0.000         0.000         0.000
> damaged                          0.000         0.000         0.000         0.000         0.000
> repaired                         0.000         0.000         0.000         0.000         0.000
> furniture                        0.000         0.000         0.000         0.000         0.000
= 0
