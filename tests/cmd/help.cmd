# What is told when it is asked for.
$ vnclean --version
> vnclean 0.1.0
= 0
$ vnclean clean --help
> Usage: vnclean clean [OPTIONS] [INPUT]...
>
>   Clean files, folders or standard input.
>
>   INPUT is a text file, a JSON lines, JSON, CSV or TSV file, an Office
>   document, subtitles, a page of HTML (text comes out) or a WARC or WET
>   archive (JSON lines come out), each also compressed (.gz .bz2 .xz .zst), or
>   a folder of such files, which is mirrored in OUT. A pattern ('part-*.jsonl',
>   **) or a URL (s3://, hf://, gs://, https://) will do too. Everything but the
>   texts stays byte for byte. Without INPUT, or with "-", standard input is
>   cleaned to standard output.
>
> Options:
>   -o, --output OUT               A folder; or a file, for a single input file.
>   --in-place                     Replace the inputs, each at once when it is
>                                  done.
>   --overwrite                    Replace outputs that exist.
>   --resume                       Go on with a run that was cut off.
>   -p, --preset NAME              What to do; see `vnclean list presets`.
>   --config FILE                  A pipeline in a TOML file.  [default:
>                                  vnclean.toml or [tool.vnclean] in
>                                  pyproject.toml, here or in a folder above]
>   --isolated                     Look for no settings of a project.
>   --with NAME                    Add a transform; options:
>                                  NAME:option=value,...
>   --without NAME                 Leave a transform out.
>   --only NAME                    Run these transforms alone.
>   --min-confidence P             Apply every edit of at least this confidence,
>                                  0 to 1.  [0<=x<=1]
>   --thorough / --no-thorough     Let the step `spelling` judge every word by
>                                  its context: finds more, takes some fifty
>                                  times as long. A --min-confidence below 0.9
>                                  asks for it too (0 does not).  [default: with
>                                  --only spelling]
>   -k, --text-key KEY             Field or column that holds text; dotted where
>                                  nested, columns also by number; several with
>                                  commas or repeated; '*' for all.  [default:
>                                  text]
>   --lines                        Each line of a text file is a document.
>   --no-header                    The first row of a table is data; --text-key
>                                  gives columns by number, from 1.
>   --delimiter CHAR               What parts columns, \t for a tab.  [default:
>                                  told]
>   --input-format [PATTERN=]NAME  txt, jsonl, json, csv, ...: see `vnclean list
>                                  formats`; with a pattern, of files of such a
>                                  name.  [default: by the file name; txt]
>   --include PATTERN              Of folders and archives, read files of such a
>                                  name alone, whatever is in them.
>   --exclude PATTERN              Leave such files and folders out.
>   --archives                     Go into .zip and .tar archives (.tar.gz,
>                                  ...).
>   --strict                       Exit code 3 where a file of a folder is not
>                                  read.
>   --encoding NAME                Encoding of the input.  [default: auto:
>                                  UTF-8, else detected]
>   --max-record SIZE              Leave out larger records, and documents that
>                                  are read whole.  [default: 256M]
>   -j, --jobs N                   Processes; the result is the same.  [default:
>                                  all processors for large inputs]  [x>=0]
>   --metadata WHAT                Title, date, byline, credits: keep them, drop
>                                  them from the text, or extract what is
>                                  recognised into a field of each record, too.
>                                  [default: keep]
>   --metadata-key KEY             The field that --metadata extract adds.
>                                  [default: metadata]
>   --templates FILE               Take away what pages of a site share, as
>                                  learnt by `vnclean boilerplate learn`.
>   --engine [local|ray]           Processes on this machine, or Ray; the result
>                                  is the same.  [default: local]
>   --address HOST:PORT            The Ray cluster, or auto.  [default: this
>                                  machine, or RAY_ADDRESS]
>   --rejects FILE                 Keep records that can't be read: file, line,
>                                  reason, bytes, as JSON lines.
>   --min-quality CONDITION        Leave out what is not like this: "spellable
>                                  >= 0.8 and perplexity < 500"; the signals:
>                                  vnclean list signals.
>   --signals                      Add the quality of the text to each record of
>                                  JSON lines.
>   --format [PATTERN=]NAME        As --input-format.
>   --line-buffered                Answer each record before the next is read:
>                                  for a stream between two programs.
>   --output-encoding NAME         Encoding of the output: utf-8, utf-8-sig,
>                                  utf-16, ..., or keep.  [default: UTF-16 and
>                                  UTF-32 stay, the rest becomes UTF-8; a table
>                                  of another charset gets a byte order mark]
>   --fonts NAME                   The font for text of documents that was in
>                                  .VnTime, VNI-Times, ...; else one like each.
>   --national                     Write N'...' for literals of SQL Server that
>                                  get letters beyond ASCII.
>   --limit N                      Only the first N records.  [x>=1]
>   --sample N                     Only N records, drawn at random.  [x>=1]
>   --seed S                       Another sample.  [default: 0]
>   --dry-run                      Write nothing but the report; -o is not
>                                  needed.
>   --edits FILE                   Keep every edit, so that `vnclean undo`
>                                  restores the inputs: .jsonl, .jsonl.gz, ...
>   --report FILE                  Write what was done: .json for programs,
>                                  .html for people.
>   -v, --verbose                  Say what became of every file.
>   -q, --quiet                    Say nothing but faults.
>   -h, --help                     Show this message and exit.
= 0
$ vnclean check --help
> Usage: vnclean check [OPTIONS] [INPUT]...
>
>   Report what cleaning would change; writes nothing.
>
>   A line per finding: file:line:column: rule: before -> after (confidence).
>   Lines and columns count from 1, columns in characters. With --min-confidence
>   what is less certain is not listed. The exit code is 0 if nothing is found,
>   1 if something is, 2 for wrong usage, 3 if some inputs can't be read.
>
> Options:
>   -p, --preset NAME               What to do; see `vnclean list presets`.
>   --config FILE                   A pipeline in a TOML file.  [default:
>                                   vnclean.toml or [tool.vnclean] in
>                                   pyproject.toml, here or in a folder above]
>   --isolated                      Look for no settings of a project.
>   --with NAME                     Add a transform; options:
>                                   NAME:option=value,...
>   --without NAME                  Leave a transform out.
>   --only NAME                     Run these transforms alone.
>   --min-confidence P              Apply every edit of at least this
>                                   confidence, 0 to 1.  [0<=x<=1]
>   --thorough / --no-thorough      Let the step `spelling` judge every word by
>                                   its context: finds more, takes some fifty
>                                   times as long. A --min-confidence below 0.9
>                                   asks for it too (0 does not).  [default:
>                                   with --only spelling]
>   -k, --text-key KEY              Field or column that holds text; dotted
>                                   where nested, columns also by number;
>                                   several with commas or repeated; '*' for
>                                   all.  [default: text]
>   --lines                         Each line of a text file is a document.
>   --no-header                     The first row of a table is data; --text-key
>                                   gives columns by number, from 1.
>   --delimiter CHAR                What parts columns, \t for a tab.  [default:
>                                   told]
>   --input-format [PATTERN=]NAME   txt, jsonl, json, csv, ...: see `vnclean
>                                   list formats`; with a pattern, of files of
>                                   such a name.  [default: by the file name;
>                                   txt]
>   --include PATTERN               Of folders and archives, read files of such
>                                   a name alone, whatever is in them.
>   --exclude PATTERN               Leave such files and folders out.
>   --archives                      Go into .zip and .tar archives (.tar.gz,
>                                   ...).
>   --strict                        Exit code 3 where a file of a folder is not
>                                   read.
>   --encoding NAME                 Encoding of the input.  [default: auto:
>                                   UTF-8, else detected]
>   --max-record SIZE               Leave out larger records, and documents that
>                                   are read whole.  [default: 256M]
>   -j, --jobs N                    Processes; the result is the same.
>                                   [default: all processors for large inputs]
>                                   [x>=0]
>   --suggestions / --no-suggestions
>                                   Also what is only suggested, marked as such.
>                                   [default: with --only spelling]
>   -n, --limit N                   Stop after N texts.  [x>=1]
>   --max-findings N                Stop after N findings.  [x>=1]
>   --format [text|json|sarif]      json: one object per line; sarif: a document
>                                   for code scanners.
>   -h, --help                      Show this message and exit.
= 0
$ vnclean list formats
> txt         Plain text; a byte order mark, line ends and a missing last line end stay as they are. (.txt .text)
> jsonl       One JSON value per line; the texts are under `keys`, dotted where they are nested. (.jsonl .ndjson)
> json        A JSON document, read whole; the texts are found as in JSON lines. (.json)
> csv         Values separated by comma, semicolon, tab or bar; the first record names the columns. (.csv .tsv .tab)
> parquet     A Parquet file; the texts are in the string columns named by `keys` (`*`: all of them). (.parquet)
> html        A web page, read whole; its text without the page's furniture is what comes out (UTF-8). (.html .htm .xhtml)
> warc        An archive of a web crawl; each page becomes a record: url, date, id, charset, text. (.warc .warc.wet .wet)
> srt         SubRip subtitles: numbers, times and tags stay. (.srt)
> vtt         WebVTT subtitles: header, notes, styles, times and tags stay. (.vtt)
> ass         Advanced SubStation subtitles: the text of dialogues, without overrides and drawings. (.ass .ssa)
> docx        A Word document: text in all stories, also of lists, boxes, charts, comments, properties. (.docx .docm .dotx .dotm)
> xlsx        An Excel workbook: its cells, comments, shapes, charts, head and foot lines, properties. (.xlsx .xlsm .xltx .xltm)
> pptx        A PowerPoint presentation: slides, layouts, notes, tables, charts, diagrams, comments. (.pptx .pptm .potx .potm .ppsx .ppsm)
> odf         An OpenDocument text, sheet, presentation or drawing, with charts and notes in it. (.odt .ods .odp .odg .ott .ots .otp .otg)
> rtf         A document in Rich Text Format: its text, notes, boxes, head and foot lines, title. (.rtf)
> pdf         A PDF, read whole; the text of its text layer is what comes out (UTF-8). (.pdf)
> doc         A document of Word 97 to 2003, through LibreOffice; a .docx comes out. (.doc)
> xls         A workbook of Excel 97 to 2003, through LibreOffice; an .xlsx comes out. (.xls)
> ppt         A presentation of PowerPoint 97 to 2003, through LibreOffice; a .pptx comes out. (.ppt .pps)
> sql         A dump of MySQL, PostgreSQL, SQL Server or SQLite, streamed; string literals are text. (.sql)
> xml         XML: text and a few attributes; of XLIFF and Qt the translations, of .resx the values. (.xml .xlf .xliff .resx .rss .opml)
> po          Translations of gettext; `msgid`, comments, flags and the header stay. (.po .pot)
> properties  Properties of Java; values are text, letters stay escaped where the file escapes them. (.properties)
> ini         Settings with sections; values are text, without their quotes and the remarks behind them. (.ini)
> yaml        YAML: values that are strings, as PyYAML scans them; nothing is constructed. (.yaml .yml)
> md          Markdown: paragraphs, headings, lists, quotes and tables; not code, front matter, addresses. (.md .markdown .mdown)
> tex         TeX and LaTeX: prose and titles; commands, formulas, listings and comments stay. (.tex .ltx)
> bib         Bibliographies: titles, names, notes and abstracts; keys, numbers and addresses stay. (.bib)
> mail        Messages and mailboxes: words of the header, bodies of text and HTML; attachments stay. (.eml .mbox)
> epub        A book in EPUB: its pages, title, authors, description and table of contents. (.epub)
> code        Source code, where `--input-format code` says so: comments and strings, not a letter more. ()
= 0
