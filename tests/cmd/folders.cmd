# Folders: nothing is left out in silence.
$ mkdir -p old/sub old/.git && cp crawl/one.txt old/README && cp crawl/one.txt old/sub/notes.dat && cp tcvn3.txt old/letter.old
= 0
$ printf '\211PNG\r\n\032\n' > old/a.png && cp old/a.png old/sub/b.PNG && printf 'GIF89a' > old/c.gif && printf '\0\1\2\3\4\5\6\7' > old/noending && mkfifo old/pipe.txt && ln -s nowhere old/gone.txt && touch old/.env
= 0
$ vnclean clean old -o out --config steps.toml
! old/gone.txt: left out: it can't be read: No such file or directory
! old/letter.old: was tcvn3, written as utf-8
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
! Not read: 4 files are no text (.png 2, .gif 1, without ending 1; --include PATTERN --input-format NAME reads them).
! Not read: 2 files are hidden (--include '.*' reads them).
! Not read: 1 file is a pipe or a device (.txt 1; name it to read it).
= 3
$ find out -type f | sort && cat out/letter.old
> out/README
> out/letter.old
> out/sub/notes.dat
> Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập, tự do, hạnh phúc.
> Tham mưu có hiệu quả cho cấp trên về công tác tổ chức.
= 0
$ vnclean check old --config steps.toml
> old/README:1:6: tone.misplaced: "qủa" -> "quả" (0.999)
> old/letter.old:1:1: encoding: "tcvn3" -> "utf-8"
> old/letter.old:2:18: tone.misplaced: "qủa" -> "quả" (0.999)
> old/sub/notes.dat:1:6: tone.misplaced: "qủa" -> "quả" (0.999)
! old/gone.txt: left out: it can't be read: No such file or directory
! 3 texts of 3 would change, in 3 files of 4.
! Not read: 4 files are no text (.png 2, .gif 1, without ending 1; --include PATTERN --input-format NAME reads them).
! Not read: 2 files are hidden (--include '.*' reads them).
! Not read: 1 file is a pipe or a device (.txt 1; name it to read it).
= 3
$ vnclean clean old -o out2 --strict --config steps.toml > /dev/null 2>&1
= 3
$ vnclean clean old -o out3 -q --config steps.toml
! old/gone.txt: left out: it can't be read: No such file or directory
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
= 3
$ vnclean clean old -o out4 --exclude '*.png' --exclude sub/ --exclude '*.gif' --exclude noending --config steps.toml && find out4 -type f | sort
! old/gone.txt: left out: it can't be read: No such file or directory
! old/letter.old: was tcvn3, written as utf-8
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
! Not read: 2 files are hidden (--include '.*' reads them).
! Not read: 1 file is a pipe or a device (.txt 1; name it to read it).
= 3
$ vnclean clean old -o out5 --include '*.dat' --include README --strict --config steps.toml && find out5 -type f | sort
> out5/README
> out5/sub/notes.dat
= 0
$ cp table.csv old/table.dat && vnclean clean old -o out6 --include '*.dat' --format 'table.dat=csv' --config steps.toml && cat out6/table.dat
> id;text\r
> 1;"một; hiệu quả"\r
> 2;sạch\r
= 0
$ vnclean clean old -o out7 --format '*.dat=docx9' --config steps.toml
! Error: There is no input format named 'docx9'. You can choose from: txt, jsonl, json, csv, parquet, html, warc, srt, vtt, ass, docx, xlsx, pptx, odf, rtf, pdf, doc, xls, ppt, sql, xml, po, properties, ini, yaml, md, tex, bib, mail, epub, code.
= 2
$ vnclean clean old -o out8 --include '*.nothing' --config steps.toml
! Error: The folder old has no file that can be read. Check the patterns after --include and --exclude.
= 2
$ cd old && python3 -m zipfile -c ../old.zip README sub letter.old a.png && tar czf ../old.tar.gz README sub && cd .. && mkdir shelf && mv old.zip old.tar.gz shelf
= 0
$ vnclean clean shelf a.txt -o out9 --config steps.toml
! Error: The folder shelf has no file that can be read. Not read: 2 files are archives (.tar.gz 1, .zip 1; --archives goes into them). `vnclean list formats` shows the known endings, each also with .gz, .bz2, .xz, .zst; others are read where they are text.
= 2
$ vnclean clean shelf -o out10 --archives --config steps.toml && find out10 -type f | sort
> out10/old.tar.gz/README
> out10/old.tar.gz/sub/notes.dat
> out10/old.zip/README
> out10/old.zip/letter.old
> out10/old.zip/sub/notes.dat
! shelf/old.zip/letter.old: was tcvn3, written as utf-8
! Not read: 3 files are no text (.png 3; --include PATTERN --input-format NAME reads them).
= 0
$ diff -r out10/old.zip out/ | grep -v ^Only
= 1
$ vnclean check shelf/old.zip --archives --config steps.toml
> shelf/old.zip/README:1:6: tone.misplaced: "qủa" -> "quả" (0.999)
> shelf/old.zip/sub/notes.dat:1:6: tone.misplaced: "qủa" -> "quả" (0.999)
> shelf/old.zip/letter.old:1:1: encoding: "tcvn3" -> "utf-8"
> shelf/old.zip/letter.old:2:18: tone.misplaced: "qủa" -> "quả" (0.999)
! 3 texts of 3 would change, in 3 files of 3.
! Not read: 2 files are no text (.png 2; --include PATTERN --input-format NAME reads them).
= 1
$ vnclean clean shelf/old.zip -o out11 --config steps.toml
! Error: shelf/old.zip is an archive. --archives reads what is in it.
= 2
$ vnclean clean shelf --archives --in-place --config steps.toml
! Error: shelf/old.tar.gz/README can't be cleaned in place: it is in an archive. Give -o OUT.
= 2
