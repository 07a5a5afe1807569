# Wrong usage is said in sentences, and nothing is written.
$ vnclean clena a.txt
! Usage: vnclean [OPTIONS] COMMAND [ARGS]...
! Try 'vnclean --help' for help.
!
! Error: There is no command and no file or folder named 'clena'. Did you mean 'clean'?
= 2
$ vnclean nothing.txt
! Usage: vnclean [OPTIONS] COMMAND [ARGS]...
! Try 'vnclean --help' for help.
!
! Error: There is no command and no file or folder named 'nothing.txt'. See vnclean --help.
= 2
$ vnclean clean nothing.txt --config steps.toml
! Error: There is no file or folder named 'nothing.txt'. Check the spelling.
= 2
$ vnclean clean pictures -o out --config steps.toml
! Error: The folder pictures has no file that can be read. Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it). `vnclean list formats` shows the known endings, each also with .gz, .bz2, .xz, .zst; others are read where they are text.
= 2
$ vnclean clean crawl --config steps.toml
! Error: Several inputs can't go to standard output. Give a folder for the results: -o FOLDER.
= 2
$ vnclean clean a.txt clean.txt --config steps.toml
! Error: Several inputs can't go to standard output. Give a folder for the results: -o FOLDER.
= 2
$ vnclean clean a.txt -o a.txt --config steps.toml
! Error: a.txt would be overwritten by its own result. Give another name after -o, or use --in-place.
= 2
$ vnclean clean crawl -o crawl --config steps.toml
! Error: crawl can't be input and output. Give another folder after -o, or use --in-place.
= 2
$ vnclean clean a.txt -o out --in-place --config steps.toml
! Error: Give either -o OUT or --in-place, not both.
= 2
$ vnclean clean --in-place --config steps.toml
! Error: --in-place needs the names of files or folders.
= 2
$ vnclean clean a.txt --config steps.toml --preset web
! Error: Give --preset or --config, not both; a config file can name its preset: preset = "web".
= 2
$ vnclean clean a.txt --config nothing.toml
! Error: The configuration can't be read: [Errno 2] No such file or directory: 'nothing.toml'.
= 2
$ vnclean clean a.txt --config wrong.toml
! Error: The configuration can't be read: Unclosed array (at end of document).
= 2
$ vnclean clean a.txt --config steps.toml --without spacing
! Error: There is no step named 'spacing' in this pipeline. Its steps are: misplaced_tone, tone_style.
= 2
$ vnclean clean a.txt --config steps.toml --with tone_style:speed=3
! Error: The transform 'tone_style' has no option 'speed'. Its options are: style.
= 2
$ vnclean clean a.txt --config steps.toml --with tone_style:style=newest
! Error: The options of 'tone_style' can't be used: style can't be 'newest'. You can choose from: old, new, keep, auto.
= 2
$ vnclean clean a.txt --config steps.toml --min-confidence 2
! Usage: vnclean clean [OPTIONS] [INPUT]...
! Try 'vnclean clean --help' for help.
!
! Error: Invalid value for '--min-confidence': 2.0 is not in the range 0<=x<=1.
= 2
$ vnclean clean a.txt --config steps.toml --encoding klingon
! Error: There is no encoding named 'klingon'. You can give one that Python knows (such as cp1258), or auto.
= 2
$ vnclean clean a.txt --config steps.toml --input-format docx
! a.txt: left out: it is no zip archive, or a damaged one: File is not a zip file
! 1 record could not be cleaned, in 1 file. --rejects FILE keeps them.
= 3
$ vnclean clean a.txt --config steps.toml --report r.pdf
! Error: A report is a .json or .html file; r.pdf is neither. Give --report FILE.html.
= 2
$ vnclean clean a.txt --fast
! Usage: vnclean clean [OPTIONS] [INPUT]...
! Try 'vnclean clean --help' for help.
!
! Error: No such option '--fast'. (Did you mean one of: '--fonts', '--format'?)
= 2
$ vnclean explain --text x a.txt
! Usage: vnclean explain [OPTIONS] [INPUT]...
! Try 'vnclean explain --help' for help.
!
! Error: Give --text or inputs, not both.
= 2
$ ls
> a.txt
> bad.jsonl
> broken.txt
> clean.txt
> crawl
> cut.jsonl.gz
> empty.txt
> lines.txt
> pictures
> posts.jsonl
> project
> steps.toml
> table.csv
> tcvn3.csv
> tcvn3.txt
> typos.txt
> wrong.toml
= 0
