PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE "bài qủa" (id INTEGER PRIMARY KEY, noi_dung TEXT DEFAULT 'x');
INSERT INTO "bài qủa" VALUES(1,'hiệu quả
hai dòng ''trích''');
INSERT INTO "bài qủa" VALUES(2,X'71e1bba761');
INSERT INTO "bài qủa" VALUES(3,'Hoà bình và độc lập cho dân tộc');
COMMIT;
