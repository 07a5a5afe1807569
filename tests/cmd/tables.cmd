# Tables as people have them: columns, encodings, byte order marks.
$ printf 'id,tiêu đề,text,text\n1,hiệu qủa,hiệu qủa,hiệu qủa\n' > two.csv
= 0
$ vnclean two.csv --config steps.toml
> id,tiêu đề,text,text
> 1,hiệu qủa,hiệu quả,hiệu quả
! two.csv: 2 columns are named 'text' (3, 4), and all of them are cleaned; -k 3 takes the first alone
= 0
$ vnclean two.csv -k 3 --config steps.toml
> id,tiêu đề,text,text
> 1,hiệu qủa,hiệu quả,hiệu qủa
= 0
$ vnclean two.csv -k 'tiêu đề,4' --config steps.toml
> id,tiêu đề,text,text
> 1,hiệu quả,hiệu qủa,hiệu quả
= 0
$ vnclean two.csv -k '*' --config steps.toml
> id,tiêu đề,text,text
> 1,hiệu quả,hiệu quả,hiệu quả
= 0
$ vnclean check two.csv -k '*' --config steps.toml
> two.csv:2:8: tone.misplaced: "qủa" -> "quả" (0.999) [field tiêu đề]
> two.csv:2:17: tone.misplaced: "qủa" -> "quả" (0.999) [field text]
> two.csv:2:26: tone.misplaced: "qủa" -> "quả" (0.999) [field text]
! 3 texts of 4 would change, in 1 file of 1.
= 1
$ vnclean two.csv -k 9 -k body --config steps.toml
! two.csv: left out: it has no column named '9' or 'body'; its columns are 'id', 'tiêu đề', 'text', 'text': choose one with --text-key, by name or by number
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
= 3
$ vnclean posts.jsonl -k '*' --config steps.toml
> {"id": 1, "text": "hiệu quả \"thật\" và hiệu quả", "n": 1e999}
>
> {"id": 2, "body": {"vi": "nền hòa bình"}, "text": "sạch"}
= 0
$ iconv -t utf-16 table.csv > wide.csv && vnclean clean wide.csv -o out.csv --config steps.toml && head -c 2 out.csv | od -An -tx1 && iconv -f utf-16 out.csv
>  ff fe
> id;text\r
> 1;"một; hiệu quả"\r
> 2;sạch\r
= 0
$ vnclean clean wide.csv -o u8.csv --output-encoding utf-8 --config steps.toml && cat u8.csv
> id;text\r
> 1;"một; hiệu quả"\r
> 2;sạch\r
! wide.csv: was utf-16-le, written as utf-8
= 0
$ vnclean clean table.csv -o wide2.csv --output-encoding utf-16 --config steps.toml && cmp wide2.csv out.csv
! table.csv: was utf-8, written as utf-16-le
= 0
$ vnclean clean table.csv -o sig.csv --output-encoding utf-8-sig --config steps.toml && head -c 5 sig.csv | od -An -tx1
>  ef bb bf 69 64
! table.csv: was utf-8, written as utf-8-sig
= 0
$ vnclean clean tcvn3.csv -o a.csv --config steps.toml && head -c 3 a.csv | od -An -tx1 && cat a.csv
>  ef bb bf
> ﻿số,text
> 1,Tham mưu có hiệu quả cho cấp trên về công tác tổ chức.
> 2,Nền hòa bình.
! tcvn3.csv: was tcvn3, written as utf-8-sig
= 0
$ vnclean clean tcvn3.csv -o b.csv --output-encoding keep --config steps.toml && iconv -f tcvn5712-1 b.csv
> số,text
> 1,Tham mưu có hiệu quả cho cấp trên về công tác tổ chức.
> 2,Nền hòa bình.
= 0
$ vnclean clean tcvn3.csv -o c.csv --output-encoding utf-8 --config steps.toml
! tcvn3.csv: was tcvn3, written as utf-8
= 0
$ vnclean check tcvn3.csv wide.csv --config steps.toml
> tcvn3.csv:1:1: encoding: "tcvn3" -> "utf-8"
> tcvn3.csv:2:20: tone.misplaced: "qủa" -> "quả" (0.999) [field text]
> wide.csv:2:14: tone.misplaced: "qủa" -> "quả" (0.999) [field text]
! 2 texts of 4 would change, in 2 files of 2.
= 1
$ vnclean clean tcvn3.txt wide.csv -o mixed --edits e.jsonl --config steps.toml && vnclean undo mixed --edits e.jsonl -o back && cmp back/tcvn3.txt tcvn3.txt && cmp back/wide.csv wide.csv
! tcvn3.txt: was tcvn3, written as utf-8
= 0
$ printf 'id,text\n1,"nói \\"hiệu qủa\\", rồi đi"\n' > slash.csv && vnclean clean slash.csv -o slash2.csv --edits s.jsonl --config steps.toml && cat slash2.csv && vnclean undo slash2.csv --edits s.jsonl | cmp - slash.csv
> id,text
> 1,"nói \"hiệu quả\", rồi đi"
= 0
$ vnclean clean tcvn3.csv -o d.csv -q --config steps.toml
= 0
$ vnclean clean table.csv --output-encoding ascii --config steps.toml
> id;text\r
! table.csv:2: left out: it can't be written as ASCII: 'ộ', which it lacks
! table.csv:3: left out: it can't be written as ASCII: 'ạ', which it lacks
! table.csv: was utf-8, written as ascii
! 2 records could not be cleaned, in 1 file. --rejects FILE keeps them.
= 3
$ vnclean clean table.csv --output-encoding klingon --config steps.toml
! Error: There is no encoding named 'klingon'. You can give one that Python knows (such as cp1258), or auto.
= 2
