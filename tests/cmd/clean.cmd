# Cleaning: to standard output, to a file, to a folder, in place.
$ vnclean a.txt --config steps.toml
> Một dòng sạch.\r
> Tham mưu có hiệu quả và hòa bình.\r
> Hết\
= 0
$ vnclean --config steps.toml < a.txt
> Một dòng sạch.\r
> Tham mưu có hiệu quả và hòa bình.\r
> Hết\
= 0
$ cat a.txt | vnclean clean - --config steps.toml
> Một dòng sạch.\r
> Tham mưu có hiệu quả và hòa bình.\r
> Hết\
= 0
$ vnclean clean posts.jsonl -o out.jsonl --config steps.toml
= 0
$ cat out.jsonl
> {"id": 1, "text": "hiệu quả \"thật\" và hiệu quả", "n": 1e999}
>
> {"id": 2, "body": {"vi": "nền hoà bình"}, "text": "sạch"}
= 0
$ vnclean clean posts.jsonl -o out.jsonl --config steps.toml
! Error: out.jsonl exists already. Use --resume to go on with a run that was cut off, --overwrite to replace what is there, or give another name after -o.
= 2
$ vnclean clean posts.jsonl -o out.jsonl --config steps.toml --overwrite
= 0
$ vnclean clean posts.jsonl --text-key body.vi -k text --config steps.toml
> {"id": 1, "text": "hiệu quả \"thật\" và hiệu quả", "n": 1e999}
>
> {"id": 2, "body": {"vi": "nền hòa bình"}, "text": "sạch"}
= 0
$ vnclean clean table.csv --config steps.toml
> id;text\r
> 1;"một; hiệu quả"\r
> 2;sạch\r
= 0
$ vnclean clean crawl a.txt -o out --config steps.toml -v 2>&1 | sed 's/in [0-9.]* s, .*/in TIME/'
> Settings: steps.toml
> crawl/one.txt: 1 of 1 text changed
> crawl/sub/two.txt: 0 of 1 text changed
> a.txt: 1 of 1 text changed
> Cleaned 3 files: 2 of 3 texts changed (0.0 MB in TIME
> Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it).
= 0
$ find out -type f | sort
> out/a.txt
> out/one.txt
> out/sub/two.txt
= 0
$ vnclean clean crawl -o out2/ --config steps.toml --without misplaced_tone --jobs 2
! Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it).
= 0
$ cat out2/one.txt
> hiệu qủa
= 0
$ vnclean clean lines.txt --lines --config steps.toml
> hiệu quả
>
> một
> hòa bình\
= 0
$ vnclean clean empty.txt --config steps.toml
= 0
$ vnclean clean --in-place crawl --config steps.toml
! Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it).
= 0
$ cat crawl/one.txt
> hiệu quả
= 0
$ vnclean < table.csv --input-format csv --config steps.toml
> id;text\r
> 1;"một; hiệu quả"\r
> 2;sạch\r
= 0
$ vnclean clean tcvn3.txt --config steps.toml
> Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập, tự do, hạnh phúc.
> Tham mưu có hiệu quả cho cấp trên về công tác tổ chức.
! tcvn3.txt: was tcvn3, written as utf-8
= 0
$ vnclean check tcvn3.txt --config steps.toml
> tcvn3.txt:1:1: encoding: "tcvn3" -> "utf-8"
> tcvn3.txt:2:18: tone.misplaced: "qủa" -> "quả" (0.999)
! 1 text of 1 would change, in 1 file of 1.
= 1
$ vnclean clean table.csv -o table.jsonl --config steps.toml
! Error: table.jsonl has the ending of another format than table.csv, but formats are kept, not converted. Give a name with the ending of the input.
= 2
$ vnclean clean crawl/one.txt a.txt -o out4 --rejects rejects --resume --config steps.toml
= 0
$ find out4 rejects -type f | sort
> out4/a.txt
> out4/one.txt
> rejects
= 0
$ vnclean clean crawl a.txt -o out4 --rejects rejects --resume --config steps.toml
! 2 outputs existed already and stayed as they were.
! Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it).
= 0
$ vnclean clean a.txt -o out5.txt --rejects rejects --config steps.toml
! Error: rejects exists already. Use --overwrite to replace it, or give another name for the file of rejects.
= 2
$ vnclean clean a.txt --resume --config steps.toml
! Usage: vnclean clean [OPTIONS] [INPUT]...
! Try 'vnclean clean --help' for help.
!
! Error: --resume needs an output that can be gone on with: -o OUT.
= 2
