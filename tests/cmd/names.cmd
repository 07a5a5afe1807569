# Names of files: shown, mended where asked, and given back.
$ mkdir -p shelf/thang && cd shelf && touch 'C«ng v¨n sè 5.doc' 'BÃ¡o cÃ¡o tá»•ng káº¿t.pdf' 'T_i li_u ti_ng Vi_t.txt' 'QuyÕt_®Þnh_sè_7.xls' Makefile IMG_2020_01.jpg 'Quyết định.txt'
= 0
$ cd shelf && touch "$(printf '\304\220e\314\202\314\200 a\314\201n.docx')" "$(printf 'b\270o c\270o th\270ng.txt')" && touch 'Quy�t.txt' 'thang/NghÞ quyÕt míi.txt' && echo một > 'Công văn số 5.doc' && mkdir 'Th«ng b¸o míi' && touch 'Th«ng b¸o míi/tê tr×nh.txt'
= 0
$ python3 -c "import zipfile; z = zipfile.ZipFile('shelf/BÃ¡o cÃ¡o.zip', 'w', 8); z.writestr('C«ng v¨n/B¸o c¸o thi ®ua.txt', 'một ' * 50); z.writestr('a.txt', 'hai'); z.close()"
= 0
$ ls -R shelf > before; vnclean names shelf
> shelf/thang/NghÞ quyÕt míi.txt -> Nghị quyết mới.txt
> shelf/Th«ng b¸o míi/tê tr×nh.txt -> tờ trình.txt
> shelf/BÃ¡o cÃ¡o.zip/C«ng v¨n/B¸o c¸o thi ®ua.txt -> Công văn/Báo cáo thi đua.txt
> shelf/Th«ng b¸o míi -> Thông báo mới
> shelf/BÃ¡o cÃ¡o tá»•ng káº¿t.pdf -> Báo cáo tổng kết.pdf
> shelf/BÃ¡o cÃ¡o.zip -> Báo cáo.zip
> shelf/QuyÕt_®Þnh_sè_7.xls -> Quyết_định_số_7.xls
> shelf/T_i li_u ti_ng Vi_t.txt -> Tài liệu tiếng Việt.txt
> shelf/b\udcb8o c\udcb8o th\udcb8ng.txt -> báo cáo tháng.txt
> shelf/Đề án.docx -> Đề án.docx
! shelf/C«ng v¨n sè 5.doc: not renamed: there is 'Công văn số 5.doc' already
! 10 names would be mended. --apply does it.
= 3
$ ls -R shelf | cmp - before && ls undo-names.sh
! ls: cannot access 'undo-names.sh': No such file or directory
= 2
$ vnclean names shelf --apply
> shelf/thang/NghÞ quyÕt míi.txt -> Nghị quyết mới.txt
> shelf/Th«ng b¸o míi/tê tr×nh.txt -> tờ trình.txt
> shelf/BÃ¡o cÃ¡o.zip/C«ng v¨n/B¸o c¸o thi ®ua.txt -> Công văn/Báo cáo thi đua.txt
> shelf/Th«ng b¸o míi -> Thông báo mới
> shelf/BÃ¡o cÃ¡o tá»•ng káº¿t.pdf -> Báo cáo tổng kết.pdf
> shelf/BÃ¡o cÃ¡o.zip -> Báo cáo.zip
> shelf/QuyÕt_®Þnh_sè_7.xls -> Quyết_định_số_7.xls
> shelf/T_i li_u ti_ng Vi_t.txt -> Tài liệu tiếng Việt.txt
> shelf/b\udcb8o c\udcb8o th\udcb8ng.txt -> báo cáo tháng.txt
> shelf/Đề án.docx -> Đề án.docx
! shelf/C«ng v¨n sè 5.doc: not renamed: there is 'Công văn số 5.doc' already
! 10 names mended; sh undo-names.sh gives the old ones back.
= 3
$ ls -R shelf
> shelf:
> BÃ¡o cÃ¡o.zip.orig
> Báo cáo tổng kết.pdf
> Báo cáo.zip
> C«ng v¨n sè 5.doc
> Công văn số 5.doc
> IMG_2020_01.jpg
> Makefile
> Quyết định.txt
> Quyết_định_số_7.xls
> Quy�t.txt
> Thông báo mới
> Tài liệu tiếng Việt.txt
> báo cáo tháng.txt
> thang
> Đề án.docx
>
> shelf/Thông báo mới:
> tờ trình.txt
>
> shelf/thang:
> Nghị quyết mới.txt
= 0
$ python3 -m zipfile -l 'shelf/Báo cáo.zip' | cut -c1-40; python3 -m zipfile -t 'shelf/Báo cáo.zip'
> File Name
> Công văn/Báo cáo thi đua.txt
> a.txt
> Done testing
= 0
$ cat 'shelf/Công văn số 5.doc'; vnclean names shelf
> một
> shelf/BÃ¡o cÃ¡o.zip.orig -> Báo cáo.zip.orig
! shelf/C«ng v¨n sè 5.doc: not renamed: there is 'Công văn số 5.doc' already
! 1 name would be mended. --apply does it.
= 3
$ vnclean names shelf --apply > /dev/null
! Error: undo-names.sh exists already. Use --overwrite to replace it, or give another name for the script.
= 2
$ sh undo-names.sh && ls -R shelf | cmp - before
= 0
$ vnclean names shelf --no-archives --format json 2> said | sed -n 1p
> {"folder": "shelf/thang", "old": "NghÞ quyÕt míi.txt", "new": "Nghị quyết mới.txt", "renamed": false}
= 0
$ vnclean names shelf --apply
! Error: undo-names.sh exists already. Use --overwrite to replace it, or give another name for the script.
= 2
$ vnclean names nothing
! Error: There is no file or folder named 'nothing'. Check the spelling.
= 2
$ vnclean names a.txt
! Error: a.txt is a file; names are looked at in a folder.
= 2
