# A sidecar of edits, and the way back.
$ vnclean clean bad.jsonl -o out.jsonl --edits edits.jsonl --config steps.toml
! bad.jsonl:4: left out: malformed JSON at column 9: Expecting ',' or '}'
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
= 3
$ cat edits.jsonl
> {"sidecar": 1, "vnclean": "0.1.0", "pipeline": "5221389e2ac695d5"}
> {"file": "bad.jsonl", "line": 1, "size": [148, 139], "check": [4241676004, 4259604263], "format": {"name": "jsonl", "keys": ["text"], "encoding": "utf-8"}, "splices": [[139, 139, "{\"id\": 3\n"]], "texts": 1}
> {"file": "bad.jsonl", "line": 1, "key": "text", "text": 0, "edits": [{"start": 5, "end": 8, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "confidence": 0.999, "step": "misplaced_tone"}, {"start": 24, "end": 27, "before": "qủa", "after": "quả", "rule": "tone.misplaced", "confidence": 0.999, "step": "misplaced_tone"}]}
> {"file": "bad.jsonl", "end": true, "kept": true, "in_place": false, "place": "bad.jsonl", "output": "out.jsonl"}
= 0
$ vnclean undo out.jsonl --edits edits.jsonl | cmp - bad.jsonl
= 0
$ vnclean undo out.jsonl --edits edits.jsonl -o back.jsonl
= 0
$ vnclean undo out.jsonl --edits edits.jsonl -o back.jsonl
! Error: back.jsonl exists already. Use --overwrite to replace it, or give another name for the output.
= 2
$ vnclean clean a.txt -o b.txt --edits edits.jsonl --config steps.toml
! Error: edits.jsonl exists already. Use --overwrite to replace it, or give another name for the sidecar.
= 2
$ sed -i s/quả/quá/ out.jsonl
= 0
$ vnclean undo out.jsonl --edits edits.jsonl
! out.jsonl: not restored: the record at line 1 (text) of the original is not as vnclean wrote it. Use the cleaned file as vnclean wrote it.
! 1 file could not be restored, 0 could.
= 3
$ vnclean clean crawl -o out --edits edits.jsonl.xz --config steps.toml
! Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it).
= 0
$ vnclean undo out --edits edits.jsonl.xz
! Error: A folder can't go to standard output. Give a folder: -o FOLDER; the same one with --overwrite is restored in place.
= 2
$ vnclean undo out --edits edits.jsonl.xz -o back/
= 0
$ cmp crawl/one.txt back/one.txt
= 0
$ vnclean undo out/sub/two.txt --edits edits.jsonl.xz
> sạch
= 0
$ vnclean undo a.txt --edits edits.jsonl.xz
! Error: The sidecar holds 2 files (one.txt, sub/two.txt, ...), and none of them fits a.txt. Give the folder that was cleaned into instead.
= 2
$ vnclean undo out.jsonl --edits posts.jsonl
! Error: posts.jsonl is no sidecar. Give what vnclean clean --edits wrote.
= 3
$ vnclean undo out.jsonl --edits nothing.jsonl
! Error: There is no sidecar named 'nothing.jsonl'. Check the spelling.
= 2
$ vnclean undo out.jsonl
! Usage: vnclean undo [OPTIONS] CLEANED
! Try 'vnclean undo --help' for help.
!
! Error: Missing option '--edits'.
= 2
$ vnclean undo --help
> Usage: vnclean undo [OPTIONS] CLEANED
>
>   Restore what was cleaned from the result and its sidecar.
>
>   Byte for byte. CLEANED is the file or folder that `vnclean clean -o` wrote.
>   A compressed file is compressed anew: its contents are restored, not its
>   container; of a Parquet file, its rows. The exit code is 0, or 3 if some
>   files are not as vnclean wrote them.
>
> Options:
>   --edits FILE      The sidecar that `vnclean clean --edits` wrote.
>                     [required]
>   -o, --output OUT  A folder; or a file, for a single file.
>   --overwrite       Replace outputs that exist.
>   -h, --help        Show this message and exit.
= 0
