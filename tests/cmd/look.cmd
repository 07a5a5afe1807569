# Looking writes nothing; the exit code tells whether anything would change.
$ vnclean check a.txt clean.txt --config steps.toml
> a.txt:2:18: tone.misplaced: "qủa" -> "quả" (0.999)
> a.txt:2:25: tone.style: "hoà" -> "hòa" (1.000)
! 1 text of 2 would change, in 1 file of 2.
= 1
$ vnclean check clean.txt empty.txt --config steps.toml
= 0
$ vnclean check posts.jsonl table.csv --config steps.toml
> posts.jsonl:1:25: tone.misplaced: "qủa" -> "quả" (0.999) [record 1, field text]
> posts.jsonl:1:46: tone.misplaced: "qủa" -> "quả" (0.999) [record 1, field text]
> table.csv:2:14: tone.misplaced: "qủa" -> "quả" (0.999) [field text]
! 2 texts of 4 would change, in 2 files of 2.
= 1
$ vnclean check a.txt --config steps.toml --format json
> {"file": "a.txt", "record": null, "key": "", "applied": true, "line": 2, "column": 18, "end_line": 2, "end_column": 21, "start": 33, "end": 36, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "safety": "safe", "confidence": 0.999}
> {"file": "a.txt", "record": null, "key": "", "applied": true, "line": 2, "column": 25, "end_line": 2, "end_column": 28, "start": 40, "end": 43, "before": "hoà", "after": "hòa", "rule": "tone.style", "safety": "safe", "confidence": 1.0}
! 1 text of 1 would change, in 1 file of 1.
= 1
$ vnclean check lines.txt --lines --config steps.toml --limit 1
> lines.txt:1:6: tone.misplaced: "qủa" -> "quả" (0.999)
= 1
$ vnclean check --config steps.toml < a.txt
> -:2:18: tone.misplaced: "qủa" -> "quả" (0.999)
> -:2:25: tone.style: "hoà" -> "hòa" (1.000)
! 1 text of 1 would change, in 1 file of 1.
= 1
$ vnclean diff a.txt posts.jsonl --config steps.toml
> --- a.txt
> +++ a.txt (cleaned)
> @@ -1,3 +1,3 @@
>  Một dòng sạch.\r
> -Tham mưu có hiệu qủa và hoà bình.\r
> +Tham mưu có hiệu quả và hòa bình.\r
>  Hết
> \ No newline at end of file
> --- posts.jsonl:1 text
> +++ posts.jsonl:1 text (cleaned)
> @@ -1 +1 @@
> -hiệu qủa "thật" và hiệu qủa
> +hiệu quả "thật" và hiệu quả
! 2 texts of 3 would change, in 2 files of 2.
= 1
$ vnclean diff clean.txt --config steps.toml
= 0
$ vnclean diff a.txt --config steps.toml --format json
> {"file": "a.txt", "line": 1, "key": "", "before": "Một dòng sạch.\r\nTham mưu có hiệu qủa và hoà bình.\r\nHết", "after": "Một dòng sạch.\r\nTham mưu có hiệu quả và hòa bình.\r\nHết", "edits": [{"line": 2, "column": 18, "start": 33, "end": 36, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "safety": "safe", "confidence": 0.999}, {"line": 2, "column": 25, "start": 40, "end": 43, "before": "hoà", "after": "hòa", "rule": "tone.style", "safety": "safe", "confidence": 1.0}]}
! 1 text of 1 would change, in 1 file of 1.
= 1
$ vnclean explain a.txt --config steps.toml
> a.txt:1
>   2:18  "qủa" -> "quả"
>       tone.misplaced, safe, confidence 0.999
>   2:25  "hoà" -> "hòa"
>       tone.style, safe, confidence 1.000
! 1 text of 1 would change, in 1 file of 1.
= 0
$ vnclean explain --text "Tham mưu có hiệu qủa." --config steps.toml
> -:1
>   1:18  "qủa" -> "quả"
>       tone.misplaced, safe, confidence 0.999
= 0
$ vnclean explain --text "Tham mưu có hiệu qủa." --config steps.toml --format json
> {"file": "-", "line": 1, "key": "", "text": "Tham mưu có hiệu quả.", "edits": [{"line": 1, "column": 18, "start": 17, "end": 20, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "safety": "safe", "confidence": 0.999}], "suggestions": []}
= 0
$ printf '\211PNG\r\n\032\n\000\000\000\rIHDR' > picture.png; vnclean inspect picture.png clean.txt
> clean.txt: utf-8, NFC, 2 lines, 3 words
>   no damage found
! picture.png: left out: it is binary, no text
= 3
