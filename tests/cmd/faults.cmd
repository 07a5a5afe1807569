# Inputs that can't be read cost themselves alone; they are kept where asked.
$ vnclean clean bad.jsonl clean.txt broken.txt cut.jsonl.gz -o out --config steps.toml
! bad.jsonl:4: left out: malformed JSON at column 9: Expecting ',' or '}'
! broken.txt: left out: it is not UTF-8 (byte 2 (0xe1)), and its encoding can't be told; give it with --encoding NAME
! cut.jsonl.gz:1501: left out: the .gz data ends too early: the file was cut off
! 3 records could not be cleaned, in 3 files. --rejects FILE keeps them.
= 3
$ ls -A out
> bad.jsonl
> clean.txt
> cut.jsonl.gz
= 0
$ vnclean clean bad.jsonl broken.txt -o out2 --config steps.toml --rejects rejects.jsonl
! bad.jsonl:4: left out: malformed JSON at column 9: Expecting ',' or '}'
! broken.txt: left out: it is not UTF-8 (byte 2 (0xe1)), and its encoding can't be told; give it with --encoding NAME
! 2 records could not be cleaned, in 2 files. They are kept in rejects.jsonl.
= 3
$ cat rejects.jsonl
> {"file": "bad.jsonl", "line": 4, "reason": "malformed JSON at column 9: Expecting ',' or '}'", "encoding": "utf-8", "raw": "{\"id\": 3"}
> {"file": "broken.txt", "line": 0, "reason": "it is not UTF-8 (byte 2 (0xe1)), and its encoding can't be told; give it with --encoding NAME", "encoding": "base64", "raw": "cXXhIGL/ZAo="}
= 0
$ vnclean clean --in-place bad.jsonl --config steps.toml
! bad.jsonl:4: left out: malformed JSON at column 9: Expecting ',' or '}'
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
= 3
$ tail -1 bad.jsonl
> {"id": 3
= 0
$ vnclean broken.txt --config steps.toml
! broken.txt: left out: it is not UTF-8 (byte 2 (0xe1)), and its encoding can't be told; give it with --encoding NAME
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
= 3
$ vnclean broken.txt --config steps.toml --encoding latin-1
> quá bÿd
! broken.txt: was iso8859-1, written as utf-8
= 0
$ vnclean check bad.jsonl --config steps.toml
> bad.jsonl:1:25: tone.misplaced: "qủa" -> "quả" (0.999) [record 1, field text]
> bad.jsonl:1:46: tone.misplaced: "qủa" -> "quả" (0.999) [record 1, field text]
! bad.jsonl:4: left out: malformed JSON at column 9: Expecting ',' or '}'
! 1 text of 2 would change, in 1 file of 1.
= 3
$ vnclean clean posts.jsonl -k content --config steps.toml -o out3/
! posts.jsonl: no record has a text under 'content'; nothing was cleaned. Choose the field with --text-key.
= 3
$ vnclean clean table.csv -k content --config steps.toml
! table.csv: left out: it has no column named 'content'; its columns are 'id', 'text': choose one with --text-key, by name or by number
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
= 3
