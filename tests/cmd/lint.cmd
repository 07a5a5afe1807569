# A linter: suggestions are marked, a confidence filters, settings of a project are found.
$ vnclean check typos.txt --only spelling
> typos.txt:1:24: spelling.tone_added: "tuyền" -> "tuyên" (1.000)
> typos.txt:2:17: spelling.echoed: "đảm đảm" -> "đảm bảo" (0.690) (suggestion)
! 1 text of 1 would change, in 1 file of 1.
! 1 of 2 findings are suggestions only.
= 1
$ vnclean check typos.txt --only spelling --no-suggestions
> typos.txt:1:24: spelling.tone_added: "tuyền" -> "tuyên" (1.000)
! 1 text of 1 would change, in 1 file of 1.
= 1
$ vnclean check typos.txt --only spelling --min-confidence 0.95
> typos.txt:1:24: spelling.tone_added: "tuyền" -> "tuyên" (1.000)
! 1 text of 1 would change, in 1 file of 1.
= 1
$ vnclean check typos.txt --only spelling --max-findings 1
> typos.txt:1:24: spelling.tone_added: "tuyền" -> "tuyên" (1.000)
= 1
$ vnclean check a.txt clean.txt --config steps.toml --max-findings 1
> a.txt:2:18: tone.misplaced: "qủa" -> "quả" (0.999)
= 1
$ vnclean check clean.txt --only spelling
= 0
$ vnclean check a.txt --config steps.toml --thorough
! Error: --thorough is for the step `spelling`, which this pipeline lacks. You can add it: --with spelling.
= 2
$ vnclean check posts.jsonl tcvn3.txt bad.jsonl --config steps.toml --format json
> {"file": "posts.jsonl", "record": 1, "key": "text", "applied": true, "line": 1, "column": 25, "end_line": 1, "end_column": 28, "start": 5, "end": 8, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "safety": "safe", "confidence": 0.999}
> {"file": "posts.jsonl", "record": 1, "key": "text", "applied": true, "line": 1, "column": 46, "end_line": 1, "end_column": 49, "start": 24, "end": 27, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "safety": "safe", "confidence": 0.999}
> {"file": "tcvn3.txt", "record": null, "key": "", "applied": true, "line": 1, "column": 1, "end_line": 1, "end_column": 1, "start": 0, "end": 0, "before": "tcvn3", "after": "utf-8", "rule": "encoding", "safety": "likely", "confidence": 1.0}
> {"file": "tcvn3.txt", "record": null, "key": "", "applied": true, "line": 2, "column": 18, "end_line": 2, "end_column": 21, "start": 80, "end": 83, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "safety": "safe", "confidence": 0.999}
> {"file": "bad.jsonl", "record": 1, "key": "text", "applied": true, "line": 1, "column": 25, "end_line": 1, "end_column": 28, "start": 5, "end": 8, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "safety": "safe", "confidence": 0.999}
> {"file": "bad.jsonl", "record": 1, "key": "text", "applied": true, "line": 1, "column": 46, "end_line": 1, "end_column": 49, "start": 24, "end": 27, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "safety": "safe", "confidence": 0.999}
! bad.jsonl:4: left out: malformed JSON at column 9: Expecting ',' or '}'
! 3 texts of 5 would change, in 3 files of 3.
= 3
# The settings of the project are found from the working directory upward.
$ cd project/sub && vnclean check news.txt
> news.txt:1:32: tone.misplaced: "qủa" -> "quả" (0.999)
! 1 text of 1 would change, in 1 file of 1.
= 1
$ cd project/sub && vnclean check news.txt --only spelling
= 0
$ cd project/sub && vnclean check news.txt --only spelling --isolated
> news.txt:1:10: spelling.tone_added: "tuyền" -> "tuyên" (1.000)
! 1 text of 1 would change, in 1 file of 1.
= 1
$ cd project/sub && vnclean check news.txt --preset safe
> news.txt:1:30: spacing.run: "  " -> " " (1.000)
> news.txt:1:32: tone.misplaced: "qủa" -> "quả" (0.999)
! 1 text of 1 would change, in 1 file of 1.
= 1
$ cd project/sub && vnclean diff news.txt
> --- news.txt
> +++ news.txt (cleaned)
> @@ -1 +1 @@
> -Công tác tuyền truyền có hiệu  qủa.
> +Công tác tuyền truyền có hiệu  quả.
! 1 text of 1 would change, in 1 file of 1.
= 1
$ cd project/sub && vnclean clean --in-place news.txt && cat news.txt
> Công tác tuyền truyền có hiệu  quả.
= 0
