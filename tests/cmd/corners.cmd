# Odd corners: pipes, names, what can't be meant, and what is done again.
$ mkfifo pipe; cat pipe > got & vnclean clean a.txt -o pipe --overwrite --config steps.toml; wait; test -p pipe && cat got
> Một dòng sạch.\r
> Tham mưu có hiệu quả và hòa bình.\r
> Hết\
= 0
$ ln -s pipe link; cat pipe > got & vnclean clean a.txt -o link --overwrite --config steps.toml; wait; test -L link && test -p pipe && cat got
> Một dòng sạch.\r
> Tham mưu có hiệu quả và hòa bình.\r
> Hết\
= 0
$ cat pipe > got & vnclean clean bad.jsonl -o b.jsonl --rejects pipe --overwrite -q --config steps.toml; wait; test -p pipe && cat got
> {"file": "bad.jsonl", "line": 4, "reason": "malformed JSON at column 9: Expecting ',' or '}'", "encoding": "utf-8", "raw": "{\"id\": 3"}
! bad.jsonl:4: left out: malformed JSON at column 9: Expecting ',' or '}'
! 1 record could not be cleaned, in 1 file. They are kept in pipe.
= 0
$ vnclean detect nothing.txt
! Error: There is no file or folder named 'nothing.txt'. Check the spelling.
= 2
$ vnclean inspect clean.txt nothing.txt
! Error: There is no file or folder named 'nothing.txt'. Check the spelling.
= 2
$ vnclean decode nothing.txt
! Error: There is no file or folder named 'nothing.txt'. Check the spelling.
= 2
$ vnclean convert nothing.txt
! Error: There is no file or folder named 'nothing.txt'. Check the spelling.
= 2
$ vnclean check nothing.txt --config steps.toml
! Error: There is no file or folder named 'nothing.txt'. Check the spelling.
= 2
$ vnclean stats nothing.txt --config steps.toml
! Error: There is no file or folder named 'nothing.txt'. Check the spelling.
= 2
$ vnclean undo nothing.txt --edits nothing.jsonl
! Error: There is no sidecar named 'nothing.jsonl'. Check the spelling.
= 2
$ vnclean boilerplate learn nothing.txt -o site.tpl
! Error: There is no file or folder named 'nothing.txt'. Check the spelling.
= 2
$ vnclean clean a.txt clean.txt -o both.txt --config steps.toml
! Error: both.txt has the name of a file, but there are several inputs, whose results need a folder. Give the name of one after -o, or both.txt/ if it is called so.
= 2
$ vnclean clean a.txt clean.txt -o both.txt/ --config steps.toml && ls both.txt
> a.txt
> clean.txt
= 0
$ printf '<p>Một trang.</p>' > f.html
= 0
$ vnclean clean f.html -o f2.html --config steps.toml
! Error: f2.html can't be the output of f.html: its text comes out: give a name that ends in .txt, such as -o f2.txt.
= 2
$ vnclean clean f.html -o crawl.html.gz --config steps.toml
! Error: crawl.html.gz can't be the output of f.html: its text comes out: give a name that ends in .txt, such as -o crawl.txt.gz.
= 2
$ cp -r crawl kept && chmod 640 crawl/one.txt && vnclean clean crawl --in-place --edits edits.jsonl.gz --config steps.toml
! Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it).
= 0
$ vnclean undo crawl --edits edits.jsonl.gz
! Error: A folder can't go to standard output. Give a folder: -o FOLDER; the same one with --overwrite is restored in place.
= 2
$ vnclean undo crawl --edits edits.jsonl.gz -o crawl
! Error: crawl/one.txt exists already. Use --overwrite to replace it, or give another name for the output.
= 2
$ vnclean undo crawl --edits edits.jsonl.gz -o crawl --overwrite
= 0
$ diff -r crawl kept && stat -c %a crawl/one.txt
> 640
= 0
