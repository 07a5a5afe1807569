-- MySQL dump 10.13  Distrib 8.0.36
-- ghi chú có hiệu qủa và dấu ' lẻ
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `bai` (
  `id` int NOT NULL AUTO_INCREMENT,
  `noi_dung` text COMMENT 'nội dung có hiệu QUẢ',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `bai` VALUES (1,'hiệu quả \'tốt\' lắm\nxuống dòng','a:1:{s:9:\"hiệu qủa\";}',_binary 'qủa\0\\',NULL),(2,'C:\\tệp \"hoà giải\"',"lời quả là ''ngọt''",x'41',3.50);
INSERT INTO `bai` VALUES (3,'Hoà bình và độc lập cho dân tộc','','{\"tieu_de\": \"hiệu quả\"}',-1);
-- hết
