USE [dien_dan]
GO
SET ANSI_NULLS ON
GO
INSERT [dbo].[bài qủa] ([id], [noi_dung]) VALUES (1, N'hiệu quả ''tốt''')
GO
INSERT [dbo].[bài qủa] ([id], [noi_dung]) VALUES (2, 'Hoà bình và độc lập cho dân tộc\')
GO
